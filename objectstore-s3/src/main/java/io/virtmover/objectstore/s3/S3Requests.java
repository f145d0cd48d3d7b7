// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import io.virtmover.location.ChecksumAlgorithm;
import io.virtmover.location.Encryption;
import io.virtmover.location.Location;
import io.virtmover.objectstore.MultipartUpload;
import io.virtmover.objectstore.UploadedPart;
import io.virtmover.objectstore.WriteCondition;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.Tag;
import software.amazon.awssdk.services.s3.model.Tagging;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/** Builds requests with the headers that a location's encryption, tags and checksums ask for. */
final class S3Requests {
  private static final String CUSTOMER_ALGORITHM = "AES256";
  private static final String CUSTOMER_HEADER = "x-amz-server-side-encryption-customer-";
  private static final String KMS = "aws:kms";

  private final Location location;

  S3Requests(Location location) {
    this.location = location;
  }

  GetObjectRequest.Builder get(String key) {
    return GetObjectRequest.builder()
        .bucket(location.bucket())
        .key(key)
        .overrideConfiguration(headers(""));
  }

  HeadObjectRequest head(String key) {
    return HeadObjectRequest.builder()
        .bucket(location.bucket())
        .key(key)
        .overrideConfiguration(headers(""))
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
            .bucket(location.bucket())
            .key(key)
            .metadata(metadata)
            .overrideConfiguration(headers(checksum));
    tagging().ifPresent(request::tagging);
    switch (location.objectSettings().encryption()) {
      case Encryption.BucketDefault(), Encryption.CustomerKey _ -> {}
      case Encryption.ServerSide(var algorithm) -> request.serverSideEncryption(algorithm);
      case Encryption.KeyManagement(var keyId) ->
          request.serverSideEncryption(KMS).ssekmsKeyId(keyId);
    }
    switch (condition) {
      case WriteCondition.Always() -> {}
      case WriteCondition.IfAbsent() -> request.ifNoneMatch("*");
      case WriteCondition.IfUnchanged(var etag) -> request.ifMatch(etag);
    }
    return request.build();
  }

  CreateMultipartUploadRequest create(String key, Map<String, String> metadata) {
    var request =
        CreateMultipartUploadRequest.builder()
            .bucket(location.bucket())
            .key(key)
            .metadata(metadata)
            .overrideConfiguration(headers(""));
    tagging().ifPresent(request::tagging);
    if (hasChecksums()) {
      request.checksumAlgorithm(location.objectSettings().checksum().name());
    }
    switch (location.objectSettings().encryption()) {
      case Encryption.BucketDefault(), Encryption.CustomerKey _ -> {}
      case Encryption.ServerSide(var algorithm) -> request.serverSideEncryption(algorithm);
      case Encryption.KeyManagement(var keyId) ->
          request.serverSideEncryption(KMS).ssekmsKeyId(keyId);
    }
    return request.build();
  }

  UploadPartRequest part(MultipartUpload upload, int number, long length, String checksum) {
    return UploadPartRequest.builder()
        .bucket(location.bucket())
        .key(upload.key())
        .uploadId(upload.uploadId())
        .partNumber(number)
        .contentLength(length)
        .overrideConfiguration(headers(checksum))
        .build();
  }

  CompleteMultipartUploadRequest complete(
      MultipartUpload upload, List<UploadedPart> parts, WriteCondition condition) {
    var completed = parts.stream().map(this::completed).toList();
    var request =
        CompleteMultipartUploadRequest.builder()
            .bucket(location.bucket())
            .key(upload.key())
            .uploadId(upload.uploadId())
            .multipartUpload(made -> made.parts(completed))
            .overrideConfiguration(headers(""));
    switch (condition) {
      case WriteCondition.Always() -> {}
      case WriteCondition.IfAbsent() -> request.ifNoneMatch("*");
      case WriteCondition.IfUnchanged(var etag) -> request.ifMatch(etag);
    }
    return request.build();
  }

  private CompletedPart completed(UploadedPart part) {
    var builder = CompletedPart.builder().partNumber(part.number()).eTag(part.etag());
    switch (part.checksum().isEmpty()
        ? ChecksumAlgorithm.NONE
        : location.objectSettings().checksum()) {
      case NONE -> {}
      case CRC32 -> builder.checksumCRC32(part.checksum());
      case CRC32C -> builder.checksumCRC32C(part.checksum());
      case SHA1 -> builder.checksumSHA1(part.checksum());
      case SHA256 -> builder.checksumSHA256(part.checksum());
    }
    return builder.build();
  }

  boolean hasChecksums() {
    return location.objectSettings().checksum() != ChecksumAlgorithm.NONE;
  }

  /** The checksum that the store keeps of a part or an object, in the location's algorithm. */
  String checksumOf(SdkPojo answer) {
    if (!hasChecksums()) {
      return "";
    }
    var member = "Checksum" + location.objectSettings().checksum().name();
    return answer.sdkFields().stream()
        .filter(field -> field.memberName().equals(member))
        .findFirst()
        .map(field -> field.getValueOrDefault(answer))
        .map(Object::toString)
        .orElse("");
  }

  /** What goes with a request whatever its operation: the customer's key and a body's checksum. */
  private AwsRequestOverrideConfiguration headers(String checksum) {
    var headers = AwsRequestOverrideConfiguration.builder();
    if (location.objectSettings().encryption() instanceof Encryption.CustomerKey customer) {
      headers
          .putHeader(CUSTOMER_HEADER + "algorithm", CUSTOMER_ALGORITHM)
          .putHeader(CUSTOMER_HEADER + "key", base64(bytes(customer)))
          .putHeader(CUSTOMER_HEADER + "key-MD5", base64(md5(bytes(customer))));
    }
    if (!checksum.isEmpty()) {
      headers.putHeader(
          "x-amz-checksum-" + location.objectSettings().checksum().name().toLowerCase(Locale.ROOT),
          checksum);
    }
    return headers.build();
  }

  private Optional<Tagging> tagging() {
    if (location.objectSettings().tags().isEmpty()) {
      return Optional.empty();
    }
    var tags = new ArrayList<Tag>();
    location
        .objectSettings()
        .tags()
        .forEach((key, value) -> tags.add(Tag.builder().key(key).value(value).build()));
    return Optional.of(Tagging.builder().tagSet(tags).build());
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static byte[] md5(byte[] bytes) {
    try {
      return MessageDigest.getInstance("MD5").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] bytes(Encryption.CustomerKey customer) {
    var bytes = new byte[Encryption.CustomerKey.LENGTH];
    customer.key().duplicate().get(bytes);
    return bytes;
  }
}
