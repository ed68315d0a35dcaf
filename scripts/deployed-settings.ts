import type { Settings } from '@kez-chat/runtime'

type Given = Readonly<Record<string, string>>

/** Names by which a service may be given its settings: a secret may be in a file instead. */
export const variablesOf = (settings: Settings): string[] =>
  Object.values(settings).flatMap(({ env, secret }) => (secret ? [env, `${env}_FILE`] : [env]))

/** What a deployment gives a service wrongly or not at all. Text with a `$` is for somebody else to fill in. */
export const faultsOfGiven = (settings: Settings, given: Given): string[] =>
  Object.values(settings).flatMap(({ env, schema, default: text }) => {
    const own = given[env]
    if (own?.includes('$')) return []
    if (own) {
      const read = schema.safeParse(own)
      return read.success ? [] : [`${env}=${own} is refused: ${read.error.issues[0]?.message}`]
    }
    const optional = text !== undefined || schema.safeParse(undefined).success
    return optional || env in given || `${env}_FILE` in given ? [] : [`${env} is missing`]
  })
