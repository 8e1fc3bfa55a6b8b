import type { Browser } from 'playwright-core';

export declare const chromiumPath: string | undefined;
export declare const isChromiumRequired: boolean;
export declare function skipReason(): string | undefined;
export declare function launchChromium(): Promise<Browser>;
