// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore;

/**
 * A request that reached an {@link InMemoryObjectStore}.
 *
 * @param number counts all requests from 1
 * @param key the object's key, or the prefix of a listing
 */
public record StoreCall(int number, Kind kind, String key) {
  /** The requests that an S3 server would bill. */
  public enum Kind {
    GET,
    STAT,
    GET_RANGE,
    PUT,
    DELETE,
    LIST,
    FOLDERS,
    CREATE_MULTIPART,
    UPLOAD_PART,
    COMPLETE_MULTIPART,
    ABORT_MULTIPART,
    OPEN_UPLOADS,
    UPLOADED_PARTS;

    /** Whether it changes what a reader of objects sees. */
    public boolean isWrite() {
      return this == PUT || this == DELETE || this == COMPLETE_MULTIPART;
    }
  }
}
