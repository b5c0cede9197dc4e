import type { TcpConnection } from './tcp-connection.ts';

/** Connections by their last packet, the most recent at the end; a connection is in at most one list. */
export class ActivityList {
  #newest: TcpConnection | null = null;
  oldest: TcpConnection | null = null;

  /** Puts the connection, which may be in this list already, at the recent end. */
  touch(connection: TcpConnection): void {
    if (this.#newest === connection) return;
    connection.list?.remove(connection);
    connection.list = this;
    connection.older = this.#newest;
    connection.newer = null;
    if (this.#newest !== null) this.#newest.newer = connection;
    this.#newest = connection;
    this.oldest ??= connection;
  }

  remove(connection: TcpConnection): void {
    if (connection.older !== null) connection.older.newer = connection.newer;
    else this.oldest = connection.newer;
    if (connection.newer !== null) connection.newer.older = connection.older;
    else this.#newest = connection.older;
    connection.older = null;
    connection.newer = null;
    connection.list = null;
  }
}
