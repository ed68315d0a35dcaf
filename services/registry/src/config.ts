import { Handle, inviteLimits, type StreamScale } from '@kez-chat/contracts'
import { defaultProofSettings, type ProofSettings, proofSetting } from '@kez-chat/proofs'
import {
  databaseSetting,
  kind,
  type Loaded,
  loadSettings,
  registrationSetting,
  type Settings,
  serviceSettings,
  setting,
  streamSettings,
} from '@kez-chat/runtime'

export const settings = {
  ...serviceSettings('registry'),
  databaseUrl: databaseSetting,
  chainStreamBytes: streamSettings.chainStreamBytes,
  proofGithubApi: setting({
    env: 'KEZ_PROOF_GITHUB_API',
    flag: '--proof-github-api',
    description: 'GitHub REST API that is asked for proofs.',
    schema: proofSetting.baseUrl,
    default: defaultProofSettings.githubApi,
  }),
  proofBlueskyApi: setting({
    env: 'KEZ_PROOF_BLUESKY_API',
    flag: '--proof-bluesky-api',
    description: 'Bluesky AppView that is asked for proofs.',
    schema: proofSetting.baseUrl,
    default: defaultProofSettings.blueskyApi,
  }),
  proofRelays: setting({
    env: 'KEZ_PROOF_RELAYS',
    flag: '--proof-relays',
    description: 'Nostr relays that are asked for proofs, comma-separated.',
    schema: proofSetting.relays,
    default: defaultProofSettings.relays.join(','),
  }),
  proofDns: setting({
    env: 'KEZ_PROOF_DNS',
    flag: '--proof-dns',
    description: "DNS servers that are asked for proofs, comma-separated. Default: the system's.",
    schema: proofSetting.dnsServers,
    default: '',
  }),
  proofCounterparts: setting({
    env: 'KEZ_PROOF_COUNTERPARTS',
    flag: '--proof-counterparts',
    description:
      'Hosts that others stand in for when proofs are looked for: host=http://address:port, comma-separated.',
    schema: proofSetting.counterparts,
    default: '',
  }),
  registration: registrationSetting,
  memberInvites: setting({
    env: 'KEZ_MEMBER_INVITES',
    flag: '--member-invites',
    description: 'Whether people with a handle may issue invite codes. The operator always may.',
    schema: kind.flag,
    default: 'true',
  }),
  invitesPerPerson: setting({
    env: 'KEZ_INVITES_PER_PERSON',
    flag: '--invites-per-person',
    description: 'Invite codes that one person may have open at once.',
    schema: kind.whole(1, inviteLimits.open),
    default: '20',
    unit: 'codes',
  }),
  operatorSecretFile: setting({
    env: 'KEZ_OPERATOR_SECRET_FILE',
    flag: '--operator-secret-file',
    description:
      'File with the secret (32 characters or more) that opens POST /internal/invites. npm start makes one in the data folder.',
    schema: kind.optionalText,
    namesSecret: true,
  }),
  reservedHandles: setting({
    env: 'KEZ_RESERVED_HANDLES',
    flag: '--reserved-handles',
    description: 'Handles nobody may take, comma-separated, besides the built-in list (admin, support, …).',
    schema: kind.text
      .transform((text) =>
        text
          .split(',')
          .map((part) => part.trim())
          .filter((part) => part !== ''),
      )
      .refine(
        (all) => all.every((handle) => Handle.safeParse(handle).success),
        'must be handles of 3 to 32 of a-z 0-9 _ -, comma-separated',
      ),
    default: '',
  }),
} satisfies Settings

export type RegistryConfig = Omit<Loaded<typeof settings>, 'databaseUrl'>
export type RegistrySecrets = { readonly databaseUrl: string }

export const loadConfig = (
  env: Readonly<Record<string, string | undefined>>,
): { config: RegistryConfig; secrets: RegistrySecrets } => {
  const { databaseUrl, ...config } = loadSettings(settings, env)
  return { config: Object.freeze(config), secrets: Object.freeze({ databaseUrl }) }
}

export const scaleOf = ({ streamReplicas, inboxStreams }: RegistryConfig): StreamScale => ({
  replicas: streamReplicas === 3 ? 3 : 1,
  inboxStreams,
})

export const proofSettingsOf = (config: RegistryConfig): ProofSettings => ({
  ...defaultProofSettings,
  githubApi: config.proofGithubApi,
  blueskyApi: config.proofBlueskyApi,
  relays: config.proofRelays,
  dnsServers: config.proofDns,
  counterparts: config.proofCounterparts,
})
