"""The code that is put before instrumented tests: it records each call of the function under test.

It runs in the client's project, with whatever Python that has, so it keeps to the standard library and ``dill``, which
the client brings along. Everything lives in one function, so that one name is added to the test module.
"""

from __future__ import annotations

from codeflash_api.testgen.target import Target

WATCH = "codeflash_watch"
FOLDER = "{codeflash_run_tmp_dir_client_side}"
GENERATOR_ITEMS = 10_000

_START = """\
def codeflash_set_up():
    import gc
    import itertools
    import os
    import sys
    import time
    import types
    module_path, function_name = @TEST_MODULE@, @QUALIFIED@
    clock, write, times_seen = time.perf_counter_ns, print, {}

    def is_target(function):
        owner = sys.modules.get(@MODULE@)
        for part in @OWNER@:
            owner = getattr(owner, part, None)
        if owner is None:
            name = getattr(function, '__qualname__', '')
            place = (getattr(function, '__module__', None) or '').rpartition('.')[2]
            return (name, place) == (function_name, @MODULE@.rpartition('.')[2])
        receiver = getattr(function, '__self__', None)
        if isinstance(owner, type) and receiver is not None:
            kinds = receiver.__mro__ if isinstance(receiver, type) else type(receiver).__mro__
            return next((kind is owner for kind in kinds if @NAME@ in vars(kind)), False)
        return function is (owner if @NAME@ == '__init__' else getattr(owner, @NAME@, None))

    def watch(test, line, function, certain=True):
        if not (certain or is_target(function)):
            return function
        def call(*args, **kwargs):
            loop = os.environ.get('CODEFLASH_LOOP_INDEX', '1')
            seen = times_seen[test, line, loop] = times_seen.get((test, line, loop), -1) + 1
            tag = f'{module_path}:{test}:{function_name}:{loop}:{line}_{seen}'
            write(f'!$######{tag}######$!')
            error = result = value = None
            collecting = gc.isenabled()
            gc.disable()
            try:
                started = clock()
                try:
                    result = value = function(*args, **kwargs)
"""
_DRAINED = """\
                    if isinstance(result, types.GeneratorType):
                        value = list(itertools.islice(result, @ITEMS@))
                        result = itertools.chain(value, result)
"""
_END = """\
                    duration = clock() - started
                except (Exception, SystemExit) as raised:
                    duration = clock() - started
                    error = raised
            finally:
                if collecting:
                    gc.enable()
"""
_BEHAVIOR = """\
            write(f'!######{tag}######!')
            record(test, loop, f'{line}_{seen}', duration, (args, kwargs, value), error)
"""
_PERFORMANCE = """\
            write(f'!######{tag}:{duration}######!')
"""
_RETURN = """\
            if error is not None:
                raise error
            return result
        return call
"""
_RECORD = """
    def frozen(whole, error):
        import dill
        import warnings
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')
            if error is not None:
                return dill.dumps(error)
            try:
                return dill.dumps(whole)
            except Exception:
                # An argument that cannot be stored is named by its type; a result has to be stored.
                def stored(argument):
                    try:
                        dill.dumps(argument)
                    except Exception:
                        return type(argument).__qualname__
                    return argument
                args, kwargs, value = whole
                kept = {name: stored(each) for name, each in kwargs.items()}
                return dill.dumps((tuple(stored(each) for each in args), kept, value))

    def record(test, loop, invocation, duration, whole, error):
        import contextlib
        import sqlite3
        iteration = os.environ.get('CODEFLASH_TEST_ITERATION', '0')
        path = '@FOLDER@/test_return_values_' + iteration + '.sqlite'
        class_name, _, test_name = test.rpartition('.')
        row = (module_path, class_name or None, test_name, function_name, int(loop), invocation, duration,
               frozen(whole, error), 'function_call')
        with contextlib.closing(sqlite3.connect(path, timeout=60, isolation_level=None)) as database:
            database.execute('CREATE TABLE IF NOT EXISTS test_results (test_module_path TEXT, test_class_name TEXT, '
                             'test_function_name TEXT, function_getting_tested TEXT, loop_index INTEGER, '
                             'iteration_id TEXT, runtime INTEGER, return_value BLOB, verification_type TEXT)')
            database.execute('INSERT INTO test_results VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)', row)
"""
_LAST = f"""\
    return watch

{WATCH} = codeflash_set_up()
"""


def preamble(target: Target, test_module_path: str, *, behavior: bool, drained: bool) -> str:
    """The recording code.

    Args:
        target: The function under test.
        test_module_path: The test module's name, as the client reads it in markers.
        behavior: Record arguments and results; else only durations.
        drained: Read generators to their end inside the call: they do their work while they are read.
    """
    parts = [_START, _DRAINED if drained else "", _END, _BEHAVIOR if behavior else _PERFORMANCE, _RETURN]
    text = "".join([*parts, _RECORD if behavior else "", _LAST])
    owners = tuple(part for part in target.owner.split(".") if part)
    for name, value in (
        ("@TEST_MODULE@", repr(test_module_path)),
        ("@QUALIFIED@", repr(target.qualified)),
        ("@MODULE@", repr(target.module)),
        ("@OWNER@", repr(owners)),
        ("@NAME@", repr(target.name)),
        ("@ITEMS@", str(GENERATOR_ITEMS)),
        ("@FOLDER@", FOLDER),
    ):
        text = text.replace(name, value)
    return text
