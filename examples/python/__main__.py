"""A service on AKS from a program in Python: docs/other-languages.md."""

import pulumi
import pulumi_tarmac as tarmac

config = pulumi.Config()

orders = tarmac.NodeService(
    "orders",
    location=config.require("location"),
    context="../../app",
    replicas=2,
)

pulumi.export("url", orders.url)
pulumi.export("reach", orders.reach)
