import { claudeDesktop } from './claude-desktop.ts';
import type { ClientDefinition } from './client.ts';
import { other } from './other.ts';

/** The registry: a new client is one file and one line here. */
export const clients: readonly ClientDefinition[] = [claudeDesktop, other];
