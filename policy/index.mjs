/**
 * The policy pack, as Pulumi's own policy host starts it.
 *
 * Plain JavaScript, and an ES module: that host puts ts-node in front of every `require` of TypeScript and cannot be told
 * not to (pulumi/pulumi#4830), and ts-node refuses ES modules. What an ES module imports goes past it, so that the rules
 * are read by Node's own type stripping.
 */
import { PolicyPack } from "@pulumi/policy";
import { policies } from "./policies.ts";

new PolicyPack("tarmac", { policies });
