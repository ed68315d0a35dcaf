import { type ManifestEntry, streamManifest } from '@kez-chat/eventlog'
import { ConfigError, loadSettings, mailboxSettings, serviceSettings, streamSettings } from '@kez-chat/runtime'
import { usageError } from '../../errors.ts'

const { streamReplicas, inboxStreams } = serviceSettings('admin')
const settings = {
  ...streamSettings,
  streamReplicas,
  inboxStreams,
  duplicateWindowHours: mailboxSettings.duplicateWindowHours,
}

/** Every stream as the services would make it with these settings. @throws CliError `usage` */
export const wantedStreams = (env: Readonly<Record<string, string | undefined>>): ManifestEntry[] => {
  try {
    const { streamReplicas: replicas, inboxStreams: count, ...limits } = loadSettings(settings, env)
    return streamManifest({ replicas: replicas === 3 ? 3 : 1, inboxStreams: count }, limits)
  } catch (error) {
    if (error instanceof ConfigError) throw usageError(error.problems.join('; '))
    throw error
  }
}
