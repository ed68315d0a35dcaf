export { type Client, type ClientOptions, createClient, type Owner, type Post } from './client.ts'
export { ApiError, NetworkError, UnexpectedResponse } from './errors.ts'
export type { FeedStatus, InboxFeed, InboxFeedOptions } from './inbox-feed.ts'
export { type Address, resolveServer } from './servers.ts'
