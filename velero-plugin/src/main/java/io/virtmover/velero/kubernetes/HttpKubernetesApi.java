// SPDX-License-Identifier: Apache-2.0
package io.virtmover.velero.kubernetes;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.virtmover.failure.FailureKind;
import io.virtmover.velero.json.ExactJson;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The API server over the JDK's own HTTP client, which starts in a tenth of the time of a full
 * Kubernetes client.
 */
public final class HttpKubernetesApi implements KubernetesApi {
  private static final String JSON = "application/json";

  /** With the TLS handshake, which takes seconds on a node without a core to spare. */
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(15);

  private static final Duration CALL_LIMIT = Duration.ofSeconds(20);

  /** For how long a call is begun again: one of Kubernetes' API servers starts again meanwhile. */
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private static final Duration PAUSE = Duration.ofMillis(250);
  private static final int PAGE = 100;

  private final Supplier<ServiceAccount> find;
  private final Duration callLimit;
  private final Duration patience;
  private @Nullable Connection connection;

  /** The API server of the pod with this environment; looked for at the first call. */
  public HttpKubernetesApi(Map<String, String> environment) {
    this(() -> ServiceAccount.of(environment), CALL_LIMIT, PATIENCE);
  }

  HttpKubernetesApi(Supplier<ServiceAccount> find, Duration callLimit, Duration patience) {
    this.find = find;
    this.callLimit = callLimit;
    this.patience = patience;
  }

  private record Connection(ServiceAccount account, HttpClient client) {
    static Connection to(ServiceAccount account) {
      var client =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .connectTimeout(CONNECT_LIMIT);
      if (account.address().getScheme().equals("https")) {
        client.sslContext(Trust.in(account.authority()));
      }
      return new Connection(account, client.build());
    }
  }

  private record Answer(int status, JsonNode body) {
    boolean isGood() {
      return status / 100 == 2;
    }
  }

  @Override
  public Optional<ObjectNode> get(ResourceType type, String namespace, String name) {
    var what = "give %s %s".formatted(type, named(namespace, name));
    var answer = patiently(what, "GET", Addresses.of(type, namespace, name), Optional.empty());
    return answer.status() == 404 ? Optional.empty() : Optional.of(object(what, answer));
  }

  @Override
  public void visit(
      ResourceType type, String namespace, String labels, Consumer<ObjectNode> visitor) {
    var what = "list %s%s".formatted(type, namespace.isEmpty() ? "" : " in " + namespace);
    var more = "";
    do {
      var query = new LinkedHashMap<String, String>();
      query.put("limit", String.valueOf(PAGE));
      query.put("labelSelector", labels);
      query.put("continue", more);
      var path = Addresses.of(type, namespace) + Addresses.query(query);
      var answer = patiently(what, "GET", path, Optional.empty());
      if (answer.status() == 404) {
        return;
      }
      var page = object(what, answer);
      for (var item : page.path("items")) {
        // The items of a list do not say what they are.
        if (item instanceof ObjectNode object) {
          object.put("apiVersion", page.path("apiVersion").asText());
          object.put("kind", page.path("kind").asText().replaceFirst("List$", ""));
          visitor.accept(object);
        }
      }
      more = page.path("metadata").path("continue").asText("");
    } while (!more.isEmpty());
  }

  @Override
  public ObjectNode create(ResourceType type, String namespace, ObjectNode object) {
    var what = "create %s%s".formatted(type, namespace.isEmpty() ? "" : " in " + namespace);
    return object(
        what, patiently(what, "POST", Addresses.of(type, namespace), Optional.of(object)));
  }

  @Override
  public ObjectNode patch(ResourceType type, String namespace, String name, ObjectNode patch) {
    var what = "change %s %s".formatted(type, named(namespace, name));
    return object(
        what,
        patiently(
            what,
            "PATCH",
            Addresses.of(type, namespace, name),
            Optional.of(patch),
            "application/merge-patch+json"));
  }

  @Override
  public boolean delete(ResourceType type, String namespace, String name) {
    var what = "delete %s %s".formatted(type, named(namespace, name));
    var answer =
        call(what, "DELETE", Addresses.of(type, namespace, name), BodyPublishers.noBody(), JSON);
    if (answer.status() == 404) {
      return false;
    }
    object(what, answer);
    return true;
  }

  private static String named(String namespace, String name) {
    return namespace.isEmpty() ? name : namespace + "/" + name;
  }

  private static BodyPublisher body(ObjectNode object) {
    return BodyPublishers.ofString(object.toString());
  }

  private static ObjectNode object(String what, Answer answer) {
    if (answer.isGood() && answer.body() instanceof ObjectNode object) {
      return object;
    }
    throw Refusals.of(what, answer.status(), answer.body());
  }

  private Answer patiently(String what, String method, String path, Optional<ObjectNode> body) {
    return patiently(what, method, path, body, JSON);
  }

  /**
   * What reads, makes an object of a name, or says what is to be so, may be sent again, so what
   * passes is waited for: Velero asks its plugins only once. Where the answer to a create was lost,
   * the next one is that the object exists already.
   */
  private Answer patiently(
      String what, String method, String path, Optional<ObjectNode> body, String contentType) {
    var deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        var publisher = body.map(HttpKubernetesApi::body).orElseGet(BodyPublishers::noBody);
        var answer = call(what, method, path, publisher, contentType);
        if (!Refusals.isPassing(answer.status()) || System.nanoTime() > deadline) {
          return answer;
        }
      } catch (KubernetesException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
      }
      pause(what);
    }
  }

  private static void pause(String what) {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      throw interrupted(what, e);
    }
  }

  private Answer call(
      String what, String method, String path, BodyPublisher body, String contentType) {
    var to = connection();
    var request =
        HttpRequest.newBuilder(URI.create(to.account().address() + path))
            .timeout(callLimit)
            .method(method, body)
            .header("Authorization", "Bearer " + to.account().currentToken())
            .header("Accept", "application/json")
            .header("Content-Type", contentType)
            .header("User-Agent", "virtmover-velero-plugin")
            .build();
    // The request's own limit ends with the headers of its answer.
    var answer = to.client().sendAsync(request, BodyHandlers.ofByteArray());
    try {
      return answer(answer.get(callLimit.toMillis(), TimeUnit.MILLISECONDS));
    } catch (ExecutionException e) {
      throw noAnswer(to, what, String.valueOf(e.getCause()), e);
    } catch (TimeoutException e) {
      throw noAnswer(to, what, "no whole answer within %s".formatted(callLimit), e);
    } catch (InterruptedException e) {
      throw interrupted(what, e);
    } finally {
      var _ = answer.cancel(true);
    }
  }

  private static KubernetesException noAnswer(
      Connection to, String what, String why, Exception cause) {
    return KubernetesException.noAnswer(
        FailureKind.UNAVAILABLE,
        "The API server at %s did not %s: %s".formatted(to.account().address(), what, why),
        cause);
  }

  private static KubernetesException interrupted(String what, InterruptedException e) {
    Thread.currentThread().interrupt();
    return KubernetesException.noAnswer(
        FailureKind.CANCELED, "Stopped while the API server was asked to %s".formatted(what), e);
  }

  /** What is no JSON, such as a proxy's page, counts by its status alone. */
  private static Answer answer(HttpResponse<byte[]> response) {
    try {
      return new Answer(response.statusCode(), ExactJson.MAPPER.readTree(response.body()));
    } catch (JacksonException e) {
      return new Answer(response.statusCode(), MissingNode.getInstance());
    } catch (IOException e) {
      throw new AssertionError("memory", e);
    }
  }

  private synchronized Connection connection() {
    if (connection == null) {
      connection = Connection.to(find.get());
    }
    return connection;
  }
}
