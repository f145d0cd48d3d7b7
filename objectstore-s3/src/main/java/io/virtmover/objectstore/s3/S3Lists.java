// SPDX-License-Identifier: Apache-2.0
package io.virtmover.objectstore.s3;

import io.virtmover.objectstore.MultipartUpload;
import io.virtmover.objectstore.ObjectStat;
import io.virtmover.objectstore.UploadedPart;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ListPartsResponse;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Listings, page by page. A listing that cannot be complete is a failure, never a shorter listing:
 * what it leaves out would pass for absent.
 */
final class S3Lists {
  private final S3Client client;
  private final S3Requests requests;
  private final S3Calls calls;

  S3Lists(S3Client client, S3Requests requests, S3Calls calls) {
    this.client = client;
    this.requests = requests;
    this.calls = calls;
  }

  void objects(String prefix, Consumer<ObjectStat> each) {
    eachPage(
        prefix,
        requests.objects(prefix),
        page -> page.contents().forEach(found -> each.accept(stat(found))));
  }

  private static ObjectStat stat(S3Object object) {
    return new ObjectStat(
        object.key(), object.size(), object.eTag(), object.lastModified(), Map.of());
  }

  List<String> folders(String prefix) {
    var names = new ArrayList<String>();
    eachPage(
        prefix,
        requests.objects(prefix).delimiter("/"),
        page ->
            page.commonPrefixes().stream()
                .map(found -> found.prefix())
                .map(found -> found.substring(prefix.length(), found.length() - 1))
                .forEach(names::add));
    return names;
  }

  private void eachPage(
      String prefix, ListObjectsV2Request.Builder request, Consumer<ListObjectsV2Response> each) {
    var marks = new PageMarks();
    Optional<ListObjectsV2Response> last = Optional.empty();
    do {
      last.ifPresent(page -> request.continuationToken(page.nextContinuationToken()));
      var asked = request.build();
      var page =
          calls.run(
              Operation.listing(prefix),
              () -> {
                var answer = client.listObjectsV2(asked);
                check(answer, prefix);
                checkGoesOn(answer.isTruncated(), marks, answer.nextContinuationToken());
                return answer;
              });
      each.accept(page);
      last = unlessLast(page.isTruncated(), page);
    } while (last.isPresent());
  }

  private static void check(ListObjectsV2Response page, String prefix) {
    for (var object : page.contents()) {
      var isWhole =
          object.key() != null
              && object.size() != null
              && object.eTag() != null
              && object.lastModified() != null;
      if (!isWhole || !object.key().startsWith(prefix)) {
        throw WrongAnswer.of(
            "a listing that names '%s', which is incomplete or was not asked for"
                .formatted(object.key()));
      }
    }
    for (var folder : page.commonPrefixes()) {
      if (!isFolder(folder, prefix)) {
        throw WrongAnswer.of(
            "a listing of folders that names '%s', which was not asked for"
                .formatted(folder.prefix()));
      }
    }
  }

  private static boolean isFolder(CommonPrefix folder, String prefix) {
    var name = folder.prefix();
    return name != null
        && name.startsWith(prefix)
        && name.endsWith("/")
        && name.length() > prefix.length();
  }

  private static void checkGoesOn(
      @Nullable Boolean isTruncated, PageMarks marks, @Nullable Object next) {
    if (Boolean.TRUE.equals(isTruncated)) {
      marks.goOn(next);
    }
  }

  private static <P> Optional<P> unlessLast(@Nullable Boolean isTruncated, P page) {
    return Optional.of(page).filter(_ -> Boolean.TRUE.equals(isTruncated));
  }

  /** What {@link S3Calls#attempt} throws stays what it is. */
  List<MultipartUpload> uploads(Operation operation) {
    var found = new ArrayList<MultipartUpload>();
    var marks = new PageMarks();
    var request = requests.uploads(operation.key());
    Optional<ListMultipartUploadsResponse> last = Optional.empty();
    do {
      last.ifPresent(
          page ->
              request.keyMarker(page.nextKeyMarker()).uploadIdMarker(page.nextUploadIdMarker()));
      var asked = request.build();
      var page = calls.attempt(operation, () -> client.listMultipartUploads(asked));
      checkGoesOn(page.isTruncated(), marks, mark(page));
      page.uploads().stream()
          // There are stores that do not look at the prefix, and whoever asks may abort what it
          // gets.
          .filter(upload -> upload.key() != null && upload.key().startsWith(operation.key()))
          .forEach(
              upload ->
                  found.add(
                      new MultipartUpload(upload.key(), upload.uploadId(), initiated(upload))));
      last = unlessLast(page.isTruncated(), page);
    } while (last.isPresent());
    return found;
  }

  /** One that does not say when it began may have begun just now: nobody may take it for old. */
  private static Instant initiated(
      software.amazon.awssdk.services.s3.model.MultipartUpload upload) {
    return Objects.requireNonNullElseGet(upload.initiated(), Instant::now);
  }

  /** An upload's id says nothing without its key. */
  private static @Nullable Object mark(ListMultipartUploadsResponse page) {
    return page.nextKeyMarker() == null
        ? null
        : List.of(page.nextKeyMarker(), Objects.requireNonNullElse(page.nextUploadIdMarker(), ""));
  }

  /** What {@link S3Calls#attempt} throws stays what it is. */
  List<UploadedPart> parts(Operation operation, String uploadId) {
    var found = new ArrayList<UploadedPart>();
    var marks = new PageMarks();
    var request = requests.parts(operation.key(), uploadId);
    Optional<ListPartsResponse> last = Optional.empty();
    do {
      last.ifPresent(page -> request.partNumberMarker(page.nextPartNumberMarker()));
      var asked = request.build();
      var page = calls.attempt(operation, () -> client.listParts(asked));
      checkGoesOn(page.isTruncated(), marks, page.nextPartNumberMarker());
      page.parts()
          .forEach(
              part ->
                  found.add(
                      new UploadedPart(
                          part.partNumber(),
                          part.size(),
                          part.eTag(),
                          requests.checksums().keptOf(part))));
      last = unlessLast(page.isTruncated(), page);
    } while (last.isPresent());
    return found;
  }
}
