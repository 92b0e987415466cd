/** The naming rule that networks, subnets, private endpoints and similar resources share. */
import { ArmError } from "../armErrors.ts";

/** The error for an invalid name, or undefined. @param explanation follows the sentence that the name is invalid */
export const checkNetworkName = (name: string, explanation = ""): ArmError | undefined =>
  /^[a-z0-9](?:[\w.-]{0,78}\w)?$/i.test(name)
    ? undefined
    : new ArmError(400, "InvalidResourceName", `Resource name ${name} is invalid.${explanation}`);
