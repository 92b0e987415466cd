/** The parts of Pulumi's package schema that are used here. https://www.pulumi.com/docs/iac/extending-pulumi/schema/ */

export interface TypeSpec {
  type?: "string" | "boolean" | "integer" | "array" | "object";
  /** `#/types/TOKEN` of an object type or an enum. */
  $ref?: string;
  items?: TypeSpec;
  additionalProperties?: TypeSpec;
  /** A value of one of these types. */
  oneOf?: TypeSpec[];
  /** The value must be known: no output is accepted. */
  plain?: true;
}

export interface PropertySpec extends TypeSpec {
  description?: string;
  default?: string | number | boolean;
  secret?: true;
}

export interface ObjectTypeSpec {
  type: "object";
  description?: string;
  properties: Record<string, PropertySpec>;
  required?: string[];
}

export interface EnumTypeSpec {
  type: "string";
  description?: string;
  enum: { value: string }[];
}

export interface ResourceSpec {
  isComponent: true;
  description?: string;
  inputProperties: Record<string, PropertySpec>;
  requiredInputs?: string[];
  properties: Record<string, PropertySpec>;
  required?: string[];
}

export interface PackageSpec {
  name: string;
  version: string;
  displayName?: string;
  description?: string;
  license?: string;
  meta?: { moduleFormat: string };
  language?: Record<string, unknown>;
  types: Record<string, ObjectTypeSpec | EnumTypeSpec>;
  resources: Record<string, ResourceSpec>;
}
