// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import io.virtmover.objectstore.WriteCondition;

/**
 * What is asked of the store, with all its tries.
 *
 * @param words how messages begin: {@code Uploading part 3}
 * @param key the object's key, or the prefix of a listing
 * @param right the permission that S3's policies have for it
 * @param sent what of it a server may not know
 * @param started {@link System#nanoTime} of the first try
 */
record Operation(String words, String key, String right, Sent sent, long started) {
  /** The operation that the current thread's request belongs to. */
  static final ScopedValue<Operation> CURRENT = ScopedValue.newInstance();

  /** Headers by which a refusal's cause is told. */
  enum Sent {
    PLAIN,
    CHECKSUM,
    CONDITION,
    CHECKSUM_AND_CONDITION;

    static Sent of(boolean checksum, boolean condition) {
      if (checksum) {
        return condition ? CHECKSUM_AND_CONDITION : CHECKSUM;
      }
      return condition ? CONDITION : PLAIN;
    }
  }

  static Operation of(String words, String key, String right) {
    return new Operation(words, key, right, Sent.PLAIN, System.nanoTime());
  }

  static Operation reading(String key) {
    return of("Reading", key, "s3:GetObject");
  }

  static Operation looking(String key) {
    return of("Looking", key, "s3:GetObject");
  }

  static Operation writing(String words, String key) {
    return of(words, key, "s3:PutObject");
  }

  static Operation listing(String prefix) {
    return of("Listing", prefix, "s3:ListBucket");
  }

  Operation with(boolean checksum, WriteCondition condition) {
    var conditional = !(condition instanceof WriteCondition.Always);
    return new Operation(words, key, right, Sent.of(checksum, conditional), started);
  }
}
