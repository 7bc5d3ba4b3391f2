import product from '../../../../package.json' with { type: 'json' };

export const userAgent = `Chatelaine/${product.version}`;
