// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import io.virtmover.location.Location;
import io.virtmover.objectstore.MultipartUpload;
import io.virtmover.objectstore.PartList;
import io.virtmover.objectstore.WriteCondition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListPartsRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.Tag;
import software.amazon.awssdk.services.s3.model.Tagging;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/** Builds requests with the headers that a location's encryption, tags and checksums ask for. */
final class S3Requests {
  private final String bucket;
  private final Optional<Tagging> tagging;
  private final EncryptionHeaders encryption;
  private final Checksums checksums;

  S3Requests(Location location) {
    this.bucket = location.bucket();
    this.tagging = tagging(location.objectSettings().tags());
    this.encryption = new EncryptionHeaders(location.objectSettings().encryption());
    this.checksums = new Checksums(location.objectSettings().checksum());
  }

  /** Those that the requests carry. */
  Checksums checksums() {
    return checksums;
  }

  GetObjectRequest.Builder get(String key) {
    return GetObjectRequest.builder()
        .bucket(bucket)
        .key(key)
        .overrideConfiguration(touching(List.of()));
  }

  HeadObjectRequest head(String key) {
    return HeadObjectRequest.builder()
        .bucket(bucket)
        .key(key)
        .overrideConfiguration(touching(List.of()))
        .build();
  }

  /** A HEAD that also tells the checksum that the store keeps. */
  HeadObjectRequest headWithChecksum(String key) {
    return head(key).toBuilder().checksumMode(ChecksumMode.ENABLED).build();
  }

  PutObjectRequest put(
      String key, Map<String, String> metadata, String checksum, WriteCondition condition) {
    var request =
        PutObjectRequest.builder()
            .bucket(bucket)
            .key(key)
            .metadata(metadata)
            .overrideConfiguration(
                touching(
                    List.of(
                        encryption.ofNewObject(), checksums.header(checksum), header(condition))));
    tagging.ifPresent(request::tagging);
    return request.build();
  }

  DeleteObjectRequest delete(String key) {
    return DeleteObjectRequest.builder().bucket(bucket).key(key).build();
  }

  CreateMultipartUploadRequest create(String key, Map<String, String> metadata) {
    var request =
        CreateMultipartUploadRequest.builder()
            .bucket(bucket)
            .key(key)
            .metadata(metadata)
            .overrideConfiguration(touching(List.of(encryption.ofNewObject())));
    tagging.ifPresent(request::tagging);
    if (checksums.areSent()) {
      request.checksumAlgorithm(checksums.algorithm().name());
    }
    return request.build();
  }

  UploadPartRequest part(MultipartUpload upload, int number, long length, String checksum) {
    return UploadPartRequest.builder()
        .bucket(bucket)
        .key(upload.key())
        .uploadId(upload.uploadId())
        .partNumber(number)
        .contentLength(length)
        .overrideConfiguration(touching(List.of(checksums.header(checksum))))
        .build();
  }

  CompleteMultipartUploadRequest complete(
      MultipartUpload upload, PartList parts, WriteCondition condition) {
    var completed = parts.parts().stream().map(checksums::completed).toList();
    return CompleteMultipartUploadRequest.builder()
        .bucket(bucket)
        .key(upload.key())
        .uploadId(upload.uploadId())
        .multipartUpload(made -> made.parts(completed))
        .overrideConfiguration(touching(List.of(header(condition))))
        .build();
  }

  AbortMultipartUploadRequest abort(MultipartUpload upload) {
    return AbortMultipartUploadRequest.builder()
        .bucket(bucket)
        .key(upload.key())
        .uploadId(upload.uploadId())
        .build();
  }

  ListObjectsV2Request.Builder objects(String prefix) {
    return ListObjectsV2Request.builder().bucket(bucket).prefix(prefix);
  }

  ListMultipartUploadsRequest.Builder uploads(String prefix) {
    return ListMultipartUploadsRequest.builder().bucket(bucket).prefix(prefix);
  }

  ListPartsRequest.Builder parts(String key, String uploadId) {
    return ListPartsRequest.builder().bucket(bucket).key(key).uploadId(uploadId);
  }

  /** The headers of a request that touches content. */
  private AwsRequestOverrideConfiguration touching(Collection<Map<String, String>> more) {
    var headers = AwsRequestOverrideConfiguration.builder();
    Stream.concat(Stream.of(encryption.ofContent()), more.stream())
        .forEach(group -> group.forEach(headers::putHeader));
    return headers.build();
  }

  private static Map<String, String> header(WriteCondition condition) {
    return switch (condition) {
      case WriteCondition.Always() -> Map.of();
      case WriteCondition.IfAbsent() -> Map.of("If-None-Match", "*");
      case WriteCondition.IfUnchanged(var etag) -> Map.of("If-Match", etag);
    };
  }

  private static Optional<Tagging> tagging(Map<String, String> tags) {
    if (tags.isEmpty()) {
      return Optional.empty();
    }
    var set = new ArrayList<Tag>();
    tags.forEach((key, value) -> set.add(Tag.builder().key(key).value(value).build()));
    return Optional.of(Tagging.builder().tagSet(set).build());
  }
}
