import { commandFaults } from './commands.ts'
import type { KubernetesDocument } from './documents.ts'
import { flowFaults } from './flows.ts'
import { settingFaults } from './given.ts'
import { keyFaults } from './keys.ts'
import { linkFaults } from './links.ts'
import { podFaults } from './pods.ts'
import { scalingFaults } from './scaling.ts'
import { schemaFaults } from './schemas.ts'

/** Everything that is wrong with what an overlay makes; `made` are the files of keys that there are. */
export const faultsIn = (documents: readonly KubernetesDocument[], made: readonly string[]): string[] => {
  const ofSchemas = documents.flatMap((document) =>
    schemaFaults(document).map((fault) => `${document.kind} ${document.metadata.name}: ${fault}`),
  )
  // What has another shape than Kubernetes knows cannot be looked at any further.
  if (ofSchemas.length > 0) return ofSchemas
  return [
    ...settingFaults(documents),
    ...keyFaults(documents, made),
    ...commandFaults(documents),
    ...podFaults(documents),
    ...scalingFaults(documents),
    ...linkFaults(documents),
    ...flowFaults(documents),
  ]
}
