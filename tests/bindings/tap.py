# SPDX-License-Identifier: MIT
"""Cases that need no disk and no namespace; those that do have tests/system/harness.py."""


def run_cases(*cases):
    """Runs pairs of a name and a function, which fails by raising; prints TAP, gives the status."""
    failed = False
    print(f"1..{len(cases)}")
    for number, (name, function) in enumerate(cases, 1):
        try:
            function()
        except Exception as error:
            failed = True
            print("".join(f"# {line}\n" for line in str(error).splitlines()), end="")
            print(f"not ok {number} - {name}", flush=True)
        else:
            print(f"ok {number} - {name}", flush=True)
    return 1 if failed else 0
