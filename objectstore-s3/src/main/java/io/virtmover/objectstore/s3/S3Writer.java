// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import io.virtmover.objectstore.PartBody;
import io.virtmover.objectstore.WriteCondition;
import io.virtmover.objectstore.WriteOutcome;
import java.util.Map;
import software.amazon.awssdk.services.s3.S3Client;

/** Writes and deletes objects as a whole. */
final class S3Writer {
  private final S3Client client;
  private final S3Requests requests;
  private final S3Calls calls;

  S3Writer(S3Client client, S3Requests requests, S3Calls calls) {
    this.client = client;
    this.requests = requests;
    this.calls = calls;
  }

  WriteOutcome put(
      String key, PartBody body, WriteCondition condition, Map<String, String> metadata) {
    var checksums = requests.checksums();
    var request = requests.put(key, metadata, checksums.of(body), condition);
    return calls.conditional(
        Operation.writing("Writing", key).with(checksums.areSent(), condition),
        condition,
        () -> client.putObject(request, S3Bodies.of(body)).eTag());
  }

  void delete(String key) {
    var _ =
        calls.orNone(
            Operation.of("Deleting", key, "s3:DeleteObject"),
            "NoSuchKey",
            () -> client.deleteObject(requests.delete(key)));
  }
}
