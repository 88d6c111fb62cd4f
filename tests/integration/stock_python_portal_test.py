#!/usr/bin/python3
"""A stock python3-zmq and python3-protobuf client publishes through the ZeroMQ door."""
import json
import os
import subprocess

from system import BUILD, ROOT, System, skip

PROTOS = ["endorse/v1/door.proto", "endorse/v1/events.proto"]


def generate():
    folder = os.path.join(BUILD, "tests", "python")
    os.makedirs(folder, exist_ok=True)
    subprocess.run(["protoc", "-I", os.path.join(ROOT, "proto"), f"--python_out={folder}", *PROTOS], check=True)
    return folder


def main():
    try:
        import google.protobuf  # noqa: F401
        import zmq  # noqa: F401
    except ImportError as error:
        skip(f"python3-zmq and python3-protobuf are needed: {error}")
    generated = generate()
    with System() as system:
        keys = system.add_portal("stock-python", "MassAIMH")
        environment = dict(os.environ, GENERATED=generated, DOOR=keys["door"], DOOR_KEY=keys["door_public_key"],
                           PUBLIC_KEY=keys["public_key"], SECRET_KEY=keys["secret_key"])
        client = os.path.join(ROOT, "tests", "integration", "clients", "publish.py")
        done = subprocess.run(["/usr/bin/python3", client, "stock"], env=environment, text=True, timeout=180,
                              stdout=subprocess.PIPE, check=False)
        print(done.stdout)
        checks = [json.loads(line) for line in done.stdout.splitlines()]
        assert done.returncode == 0 and len(checks) > 15, "see the checks above"


if __name__ == "__main__":
    main()
