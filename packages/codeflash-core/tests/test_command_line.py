import pytest

from codeflash_core.command_line import CommandParser, asks_for_json, bound_numbers, read_by
from codeflash_core.errors import UsageError
from codeflash_core.units import parse_count


@pytest.fixture
def parser() -> CommandParser:
    whole = CommandParser(prog="prog")
    commands = whole.add_subparsers(dest="command", metavar="COMMAND")
    bake = commands.add_parser("bake")
    bake.add_argument("names", nargs="*")
    bake.add_argument("--time")
    bake.add_argument("--count", type=read_by(parse_count), default=1)
    bake.add_argument("--heat", choices=("low", "high"))
    shelf = commands.add_parser("shelf").add_subparsers(dest="action", metavar="ACTION")
    shelf.add_parser("list")
    shelf.add_parser("show").add_argument("name")
    return whole


def test_words_are_read(parser: CommandParser) -> None:
    options = parser.parse_args(["bake", "rye", "--count", "3", "--time", "-5s"])
    assert (options.command, options.names, options.count, options.time) == ("bake", ["rye"], 3, "-5s")


@pytest.mark.parametrize(
    ("words", "message", "hint"),
    [
        ([], "a command is wanted: bake or shelf", "See: prog --help"),
        (["shelf"], "a command is wanted: list or show", "See: prog shelf --help"),
        (["bkae"], "bake or shelf is wanted, not bkae", "Did you mean bake?"),
        (["fly"], "bake or shelf is wanted, not fly", "See: prog --help"),
        (["bake", "--tiem", "5s"], "prog bake has no option --tiem", "Did you mean --time?"),
        (["bake", "--tim=5s"], "prog bake has no option --tim", "Did you mean --time?"),
        (["bake", "-x"], "prog bake has no option -x", "See: prog bake --help"),
        (["bake", "--heat", "hot"], "--heat: low or high is wanted, not hot", "See: prog bake --help"),
        (["bake", "--count", "0"], "argument --count: a whole number from 1 up is wanted, not 0", ""),
        (["shelf", "show"], "the following arguments are required: name", "See: prog shelf show --help"),
        (["shelf", "list", "now"], "nothing more was expected: now", "See: prog shelf list --help"),
        (["bake", "--time"], "argument --time: expected one argument", "See: prog bake --help"),
    ],
)
def test_words_that_can_t_be_read_are_refused_with_what_was_meant(
    parser: CommandParser, words: list[str], message: str, hint: str
) -> None:
    with pytest.raises(UsageError) as met:
        parser.parse_args(words)
    assert met.value.message == message
    assert met.value.hint == (hint or met.value.hint)


def test_help_ends_the_process(parser: CommandParser, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parser.parse_args(["bake", "--help"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("usage: prog bake")


@pytest.mark.parametrize(
    ("words", "bound"),
    [
        (["--time", "-5s"], ["--time=-5s"]),
        (["--time", "-.5"], ["--time=-.5"]),
        (["--time=1s", "-5s"], ["--time=1s", "-5s"]),
        (["--time", "--json"], ["--time", "--json"]),
        (["-5s"], ["-5s"]),
    ],
)
def test_a_negative_number_belongs_to_the_option_before_it(words: list[str], bound: list[str]) -> None:
    assert bound_numbers(words) == bound


@pytest.mark.parametrize(
    ("words", "asked"),
    [(["a", "--json"], True), (["a"], False), (["a", "--", "--json"], False), (["--json", "--"], True)],
)
def test_json_is_asked_for_before_the_words_are_read(words: list[str], asked: bool) -> None:
    assert asks_for_json(words) is asked
