/** Whether this is an Azure container registry, judged by name alone: Azure may host registries under other names. */
export const isAzureHost = (host: string): boolean => /\.azurecr\.(io|cn|us)$/.test(host);

/** Adds the HTTPS port if there is none. */
export const withPort = (host: string): string => (/:\d+$/.test(host) ? host : `${host}:443`);

export const withoutPort = (host: string): string => host.replace(/:\d+$/, "");
