import type { Output } from '../../api.ts';

export type Credential = Output<'credentials.list'>[number];
export type Due = Credential['due'];
export type Provider = Output<'providers.list'>[number];
export type ProviderField = Provider['fields'][number];
export type ImportSection = Output<'credentials.previewImport'>['sections'][number];
