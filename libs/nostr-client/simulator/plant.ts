import type { Contacts, HomeCargo, HomeClient, Inbox, MessageStatus, RelayRoute, Route } from '../src/index.ts'
import type { DeviceStores, Disk } from './disk.ts'
import type { Plan } from './plan.ts'
import type { Process } from './process.ts'
import type { Tap } from './wire.ts'

/** What a planted bug can get hold of. */
export interface PlantContext {
  readonly process: Process
  readonly disk: Disk
  /** Tells the app that the message which went out in this event is delivered. */
  readonly tell: (eventId: string) => void
}

/**
 * A mistake somebody could make in the client, put in between it and the world: the simulator has to notice it.
 */
export interface Plant {
  /** What is wrong, as one would say it of the client. */
  readonly says: string
  /** Worlds where it can show. */
  readonly ways?: Plan['ways']
  /** The seed of a small world that shows it: where a search begins. */
  readonly caughtBy?: number
  readonly lookBackMs?: number
  /** Changes the frames of each connection. */
  readonly tap?: (context: PlantContext) => Tap
  readonly stores?: (stores: DeviceStores, context: PlantContext) => DeviceStores
  readonly inbox?: (inbox: Inbox, context: PlantContext) => Inbox
  readonly contacts?: (contacts: Contacts) => Contacts
  readonly relay?: (route: RelayRoute, context: PlantContext) => RelayRoute
  readonly home?: (route: Route<HomeCargo>, context: PlantContext) => Route<HomeCargo>
  readonly homeClient?: (client: HomeClient, context: PlantContext) => HomeClient
  readonly onStatus?: (status: MessageStatus) => MessageStatus
}
