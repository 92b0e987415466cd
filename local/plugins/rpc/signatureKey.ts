/** The key that marks an object of the engine's messages and of the state as a secret, an asset or another special value. */
export const signatureKey = "4dabf18193072939515e22adb298388d";
