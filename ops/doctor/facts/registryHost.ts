/** Is this an Azure container registry? Judged by the name alone: Azure may have registries under other names. */
export const isAzureHost = (host: string): boolean => /\.azurecr\.(io|cn|us)$/.test(host);

/** With the port of HTTPS, if it has none. */
export const withPort = (host: string): string => (/:\d+$/.test(host) ? host : `${host}:443`);

export const withoutPort = (host: string): string => host.replace(/:\d+$/, "");
