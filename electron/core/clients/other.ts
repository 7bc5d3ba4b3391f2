import { defineClient } from './client.ts';

/** Any client that Chatelaine does not know: no file is changed, the entry is printed. */
export const other = defineClient({ id: 'other', title: 'Another MCP client', route: 'printed' });
