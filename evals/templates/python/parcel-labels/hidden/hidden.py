ENTRY = "labels.exports:export"


def inputs():
    from labels.label import Label

    plain = Label(7, "Grace", ("Dock 4",))
    sharp = Label(99999999999, "<B> & \"C\"", ("1 > 0", "", "é"), "FR")
    return [
        ((plain, "xml"), {}),
        ((plain, "text"), {}),
        ((plain, "mail"), {}),
        ((sharp, "xml"), {}),
        ((sharp, "text"), {}),
        ((sharp, "mail"), {}),
        ((plain, "pdf"), {}),
        ((Label(-1, "n", ()), "xml"), {}),
        ((Label(0, "", ()), "xml"), {}),
    ]


def workload():
    from labels.exports import export
    from labels.label import Label

    label = Label(7, "Grace", ("Dock 4", "Harwich"))
    return lambda: [export(label, "xml") for _ in range(50)]
