import type { Tool } from '../../kit/define-tool.ts';
import type { AkamaiServices } from '../services.ts';
import { getProperty } from './get-property.ts';
import { getPropertyRules } from './get-property-rules.ts';
import { getRaw } from './get-raw.ts';
import { listContracts } from './list-contracts.ts';
import { listGroups } from './list-groups.ts';
import { listProperties } from './list-properties.ts';
import { listPropertyActivations } from './list-property-activations.ts';
import { listPropertyVersions } from './list-property-versions.ts';
import { listRecordSets } from './list-record-sets.ts';
import { listZones } from './list-zones.ts';
import { purgeUrls } from './purge-urls.ts';
import { searchProperties } from './search-properties.ts';
import { testCredential } from './test-credential.ts';

/** Every Akamai tool, in the order in which clients see them. A new tool: its file, a line here, its test. */
export const akamaiTools: readonly Tool<AkamaiServices>[] = [
  listContracts,
  listGroups,
  searchProperties,
  listProperties,
  getProperty,
  listPropertyVersions,
  getPropertyRules,
  listPropertyActivations,
  listZones,
  listRecordSets,
  getRaw,
  purgeUrls,
  testCredential,
];
