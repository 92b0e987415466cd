/** Finds secrets in the output and state of a stack: in plain text and in common encodings. */

/** The forms that expose a secret: itself, escaped, encoded, and encoded as part of a longer text. */
export function formsOf(secret: string): string[] {
  const escaped = [JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)];
  const bytes = Buffer.from(secret);
  // Inside longer Base64 a secret starts at one of three offsets; the characters at its edges depend on the neighboring bytes.
  const encoded = [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    return text.slice(offset === 0 ? 0 : offset + 1, (bytes.length + offset) % 3 === 0 ? undefined : -1);
  });
  const urlSafe = encoded.map((text) => text.replaceAll("+", "-").replaceAll("/", "_"));
  return [...new Set([secret, ...escaped, ...encoded, ...urlSafe, bytes.toString("hex")])];
}

/**
 * @param secrets secrets by name
 * @param places printed or stored texts by place
 * @returns "SECRET in PLACE" for each secret that a text exposes
 */
export function findSecrets(secrets: Record<string, string>, places: Record<string, string>): string[] {
  return Object.entries(secrets).flatMap(([name, secret]) => {
    // Includes Base64 inside Base64: a pull secret is an encoded file that contains an encoded password.
    const forms = [...new Set(formsOf(secret).flatMap((form) => [form, ...formsOf(form)]))];
    return Object.entries(places)
      .filter(([, text]) => forms.some((form) => text.includes(form)))
      .map(([place]) => `${name} in ${place}`);
  });
}
