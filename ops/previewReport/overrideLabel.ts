/** The label that accepts what stopped a change, unless another one is named. */
export const overrideLabel = "preview-override";
