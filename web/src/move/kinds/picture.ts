import { packOwnPicture, unpackOwnPicture } from '../../storage/own-picture.ts'
import type { Kind } from '../kind.ts'

/** The own profile picture, and what others were told of it. Those of others are looked for anew. */
export const picture: Kind = {
  kind: 'picture',
  async *write({ store }) {
    const stored = await packOwnPicture(store)
    if (stored !== undefined) yield { kind: 'picture', stored }
  },
  take: async ({ store, fresh, sameKey }, [record]) => {
    // A device that goes on by itself, or under another key, finds it in the published profile.
    if (!fresh || !sameKey) return ['known']
    return [(await unpackOwnPicture(store, record?.stored)) ? 'new' : { flaw: 'malformed' }]
  },
}
