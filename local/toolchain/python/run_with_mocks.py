"""Runs a Pulumi program without an engine: run_with_mocks.py PROJECT CONFIG PROGRAM

CONFIG is a JSON object of the project's settings. Prints a JSON list with the type, name and inputs of every resource that the
program registers.
"""

import json
import runpy
import sys

import pulumi

project, config, program = sys.argv[1:]
registered = []


class Mocks(pulumi.runtime.Mocks):
    def new_resource(self, args):
        registered.append({"type": args.typ, "name": args.name, "inputs": args.inputs})
        return [f"{args.name}-id", args.inputs]

    def call(self, args):
        raise RuntimeError(f"the program calls {args.token}, which has no mock")


@pulumi.runtime.test
def run():
    runpy.run_path(program, run_name="__main__")


pulumi.runtime.set_mocks(Mocks(), project=project)
pulumi.runtime.set_all_config(
    {f"{project}:{key}": value for key, value in json.loads(config).items()}
)
run()
print(json.dumps(registered))
