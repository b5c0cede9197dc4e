import { CATALOGUE_VERSION } from '../findings/catalogue.ts';

/** The version in package.json; a test holds the two together. */
export const PRODUCT_VERSION = '0.1.0';

/** What every report says of its maker. */
export const PRODUCT = { version: PRODUCT_VERSION, catalogue: CATALOGUE_VERSION } as const;
