// A service on AKS from a program in Go: docs/other-languages.md.
package main

import (
	"example.com/pulumi-tarmac/sdk/go/tarmac"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		orders, err := tarmac.NewNodeService(ctx, "orders", &tarmac.NodeServiceArgs{
			Location: pulumi.StringRef(config.Require(ctx, "location")),
			Context:  pulumi.StringRef("../../app"),
			Replicas: pulumi.IntRef(2),
		})
		if err != nil {
			return err
		}
		ctx.Export("url", orders.Url)
		ctx.Export("reach", orders.Reach)
		return nil
	})
}
