ENTRY = "buildplan.schedule:timetable"


def _plan(count, step, reach):
    from buildplan.steps import Plan, Step

    numbers = [n * step % count for n in range(count)]
    return Plan([
        Step(f"t{number}", tuple(f"t{number - back}" for back in reach if number >= back), number % 7)
        for number in numbers
    ])


def inputs():
    from buildplan.steps import Plan, Step, read_plan

    return [
        ((Plan(),), {}),
        ((read_plan("d: c\nc: b\nb: a\na\ne: a\nf"),), {}),
        ((read_plan("z\ny: z z\nx: y z"),), {}),
        ((read_plan("a: b\nb: c\nc: a\nd\ne: d\nf: a"),), {}),
        ((read_plan("a: a"),), {}),
        ((Plan([Step("a"), Step("a")]),), {}),
        ((Plan([Step("a", ("b",))]),), {}),
        ((_plan(40, 7, (1, 5)),), {}),
        ((_plan(60, 11, (3, 8, 20)),), {}),
        ((_plan(50, 49, (2,)),), {}),
    ]


def workload():
    from buildplan.schedule import timetable

    plan = _plan(350, 349, (1, 9, 40))
    return lambda: timetable(plan)
