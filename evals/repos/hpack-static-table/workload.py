"""Compress the headers of many requests."""

from hpack import Decoder, Encoder

encoder, decoder = Encoder(), Decoder()
for number in range(150):
    headers = [(":method", "GET"), (":path", f"/item/{number % 20}"), (":scheme", "https")]
    headers += [
        ("user-agent", "client/1.0"),
        ("accept", "*/*"),
        ("via", "1.1 proxy"),
        ("x-count", str(number)),
    ]
    assert decoder.decode(encoder.encode(headers)) == headers
