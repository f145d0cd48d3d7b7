// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import io.virtmover.location.ChecksumAlgorithm;
import io.virtmover.location.Encryption;
import io.virtmover.location.Location;
import io.virtmover.objectstore.MultipartUpload;
import io.virtmover.objectstore.WriteCondition;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
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
  private static final String KMS = "aws:kms";

  private final Location location;

  S3Requests(Location location) {
    this.location = location;
  }

  GetObjectRequest.Builder get(String key) {
    var request = GetObjectRequest.builder().bucket(location.bucket()).key(key);
    if (location.encryption() instanceof Encryption.CustomerKey customer) {
      request
          .sseCustomerAlgorithm(CUSTOMER_ALGORITHM)
          .sseCustomerKey(base64(customer))
          .sseCustomerKeyMD5(md5(customer));
    }
    return request;
  }

  HeadObjectRequest head(String key) {
    var request = HeadObjectRequest.builder().bucket(location.bucket()).key(key);
    if (location.encryption() instanceof Encryption.CustomerKey customer) {
      request
          .sseCustomerAlgorithm(CUSTOMER_ALGORITHM)
          .sseCustomerKey(base64(customer))
          .sseCustomerKeyMD5(md5(customer));
    }
    return request.build();
  }

  PutObjectRequest put(
      String key, Map<String, String> metadata, String checksum, WriteCondition condition) {
    var request = PutObjectRequest.builder().bucket(location.bucket()).key(key).metadata(metadata);
    if (!location.tags().isEmpty()) {
      request.tagging(tagging());
    }
    switch (location.encryption()) {
      case Encryption.BucketDefault() -> {}
      case Encryption.ServerSide(var algorithm) -> request.serverSideEncryption(algorithm);
      case Encryption.KeyManagement(var keyId) ->
          request.serverSideEncryption(KMS).ssekmsKeyId(keyId);
      case Encryption.CustomerKey customer ->
          request
              .sseCustomerAlgorithm(CUSTOMER_ALGORITHM)
              .sseCustomerKey(base64(customer))
              .sseCustomerKeyMD5(md5(customer));
    }
    switch (location.checksum()) {
      case NONE -> {}
      case CRC32 -> request.checksumCRC32(checksum);
      case CRC32C -> request.checksumCRC32C(checksum);
      case SHA1 -> request.checksumSHA1(checksum);
      case SHA256 -> request.checksumSHA256(checksum);
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
            .metadata(metadata);
    if (!location.tags().isEmpty()) {
      request.tagging(tagging());
    }
    if (location.checksum() != ChecksumAlgorithm.NONE) {
      request.checksumAlgorithm(location.checksum().name());
    }
    switch (location.encryption()) {
      case Encryption.BucketDefault() -> {}
      case Encryption.ServerSide(var algorithm) -> request.serverSideEncryption(algorithm);
      case Encryption.KeyManagement(var keyId) ->
          request.serverSideEncryption(KMS).ssekmsKeyId(keyId);
      case Encryption.CustomerKey customer ->
          request
              .sseCustomerAlgorithm(CUSTOMER_ALGORITHM)
              .sseCustomerKey(base64(customer))
              .sseCustomerKeyMD5(md5(customer));
    }
    return request.build();
  }

  UploadPartRequest part(MultipartUpload upload, int number, long length, String checksum) {
    var request =
        UploadPartRequest.builder()
            .bucket(location.bucket())
            .key(upload.key())
            .uploadId(upload.uploadId())
            .partNumber(number)
            .contentLength(length);
    if (location.encryption() instanceof Encryption.CustomerKey customer) {
      request
          .sseCustomerAlgorithm(CUSTOMER_ALGORITHM)
          .sseCustomerKey(base64(customer))
          .sseCustomerKeyMD5(md5(customer));
    }
    switch (location.checksum()) {
      case NONE -> {}
      case CRC32 -> request.checksumCRC32(checksum);
      case CRC32C -> request.checksumCRC32C(checksum);
      case SHA1 -> request.checksumSHA1(checksum);
      case SHA256 -> request.checksumSHA256(checksum);
    }
    return request.build();
  }

  CompleteMultipartUploadRequest complete(
      MultipartUpload upload, List<CompletedPart> parts, WriteCondition condition) {
    var request =
        CompleteMultipartUploadRequest.builder()
            .bucket(location.bucket())
            .key(upload.key())
            .uploadId(upload.uploadId())
            .multipartUpload(completed -> completed.parts(parts));
    if (location.encryption() instanceof Encryption.CustomerKey customer) {
      request
          .sseCustomerAlgorithm(CUSTOMER_ALGORITHM)
          .sseCustomerKey(base64(customer))
          .sseCustomerKeyMD5(md5(customer));
    }
    switch (condition) {
      case WriteCondition.Always() -> {}
      case WriteCondition.IfAbsent() -> request.ifNoneMatch("*");
      case WriteCondition.IfUnchanged(var etag) -> request.ifMatch(etag);
    }
    return request.build();
  }

  private Tagging tagging() {
    var tags =
        location.tags().entrySet().stream()
            .map(tag -> Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
            .toList();
    return Tagging.builder().tagSet(tags).build();
  }

  private static String base64(Encryption.CustomerKey customer) {
    return Base64.getEncoder().encodeToString(bytes(customer));
  }

  private static String md5(Encryption.CustomerKey customer) {
    try {
      return Base64.getEncoder()
          .encodeToString(MessageDigest.getInstance("MD5").digest(bytes(customer)));
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
