/**
 * The policy pack for Pulumi's policy host.
 *
 * Plain JavaScript, and an ES module. The host adds ts-node to every `require` of TypeScript, with no way to turn it
 * off (pulumi/pulumi#4830), and ts-node refuses ES modules. Imports of an ES module bypass ts-node, so Node's own type
 * stripping reads the rules.
 */
import { PolicyPack } from "@pulumi/policy";
import { policies } from "./policies.ts";

new PolicyPack("tarmac", { policies });
