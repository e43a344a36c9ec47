ENTRY = "payscale.payroll:statement"


def _staff(count, fan, step=1, base=2000):
    from payscale.org import Employee

    people = [
        Employee(n + 5, f"p{n}", None if n == 0 else (n - 1) // fan + 5, base + n * 37 % 900) for n in range(count)
    ]
    return [people[n * step % count] for n in range(count)]


def inputs():
    from payscale.org import Employee

    twice = [Employee(1, "A", None, 100), Employee(2, "B", 1, 100), Employee(1, "C", 2, 100), Employee(3, "D", 1, 90)]
    return [
        (([],), {}),
        ((_staff(1, 2),), {}),
        ((_staff(40, 3),), {}),
        ((_staff(41, 1, 7),), {}),
        ((_staff(60, 4, 59),), {}),
        ((twice,), {}),
        ((_staff(12, 2) + [Employee(99, "x", 98, 1)],), {}),
        (([Employee(1, "a", 1, 5)],), {}),
        (([Employee(1, "a", 2, 5), Employee(2, "b", 3, 5), Employee(3, "c", 2, 5)],), {}),
        ((_staff(30, 2, 1, -10),), {}),
    ]


def workload():
    from payscale.payroll import statement

    staff = _staff(500, 2, 499)
    return lambda: statement(staff)
