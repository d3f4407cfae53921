package dev.verhulst.client.coalescing;

import dev.verhulst.client.error.FailedCall;
import dev.verhulst.client.error.Failures;
import dev.verhulst.client.error.TransportFailure;
import dev.verhulst.client.inference.InferenceRequest;
import dev.verhulst.client.inference.InferenceResponse;
import dev.verhulst.client.routing.Deadline;
import dev.verhulst.client.routing.InferenceSender;
import dev.verhulst.client.routing.Route;
import dev.verhulst.client.transport.Futures;
import dev.verhulst.client.transport.Sleeper;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Holds small calls back for a moment and sends those that match as one request, whose answer it
 * cuts up again. A call that stands alone in the end is sent as it is. Where the server refuses a
 * joint request, or its answer has not a row for each of the request's, every call is sent again by
 * itself, so that the wrong one gets its error and the others their answers.
 */
public final class Coalescer implements InferenceSender {

  /** Stands for the endpoint in the words of a call that has not got to one yet. */
  private static final URI COALESCED = URI.create("coalesced");

  private final InferenceSender delegate;
  private final Coalescing bounds;
  private final Sleeper sleeper;
  private final Map<JointKey, Group> waiting = new HashMap<>();

  public Coalescer(InferenceSender delegate, Coalescing bounds, Sleeper sleeper) {
    this.delegate = delegate;
    this.bounds = bounds;
    this.sleeper = sleeper;
  }

  @Override
  public CompletableFuture<InferenceResponse> infer(
      InferenceRequest request, Route route, Duration timeout) {
    Optional<JointKey> key = JointKey.of(request, route);
    Member member = Member.of(request, timeout);
    if (key.isEmpty() || !new Group(key.get(), bounds).fits(member)) {
      return delegate.infer(request, route, timeout);
    }
    CompletableFuture<InferenceResponse> answer =
        Deadline.limit(
            member.answer(),
            timeout,
            member.interest(),
            () -> FailedCall.unanswered("infer", COALESCED, request.model()));
    enter(key.get(), member).forEach(this::send);
    return answer;
  }

  /** Sends everything that waits. */
  public void flush() {
    List<Group> all;
    synchronized (waiting) {
      all = new ArrayList<>(waiting.values());
      waiting.clear();
    }
    all.forEach(this::send);
  }

  /** Lets a call wait in the group of its key; returns the groups that thereby have to leave. */
  private List<Group> enter(JointKey key, Member member) {
    List<Group> leaving = new ArrayList<>();
    Group opened = null;
    synchronized (waiting) {
      Group group = waiting.get(key);
      if (group != null && !group.fits(member)) {
        leaving.add(group);
        group = null;
      }
      if (group == null) {
        group = new Group(key, bounds);
        opened = group;
        waiting.put(key, group);
      }
      group.add(member);
      if (group.isFull()) {
        waiting.remove(key);
        leaving.add(group);
        opened = null;
      }
    }
    if (opened != null) {
      scheduleDeparture(opened);
    }
    return leaving;
  }

  private void scheduleDeparture(Group group) {
    CompletableFuture<@Nullable Void> pause = sleeper.sleep(bounds.maximumDelay());
    group.departWith(pause);
    pause.thenRun(
        () -> {
          boolean waits;
          synchronized (waiting) {
            waits = waiting.remove(group.key(), group);
          }
          if (waits) {
            send(group);
          }
        });
  }

  private void send(Group group) {
    group.stopWaiting();
    Route route = group.key().route();
    List<Member> members =
        group.members().stream().filter(member -> !member.answer().isDone()).toList();
    if (members.size() == 1) {
      sendAlone(members.get(0), route);
    } else if (!members.isEmpty()) {
      sendTogether(group.key(), members);
    }
  }

  private void sendTogether(JointKey key, List<Member> members) {
    Duration timeout = members.stream().map(Member::timeout).max(Duration::compareTo).orElseThrow();
    CompletableFuture<InferenceResponse> joint;
    try {
      joint = delegate.infer(JointRequest.of(key, members), key.route(), timeout);
    } catch (RuntimeException | Error e) {
      joint = CompletableFuture.failedFuture(e);
    }
    AtomicInteger interested = new AtomicInteger(members.size());
    CompletableFuture<InferenceResponse> underWay = joint;
    for (Member member : members) {
      member
          .answer()
          .whenComplete(
              (answer, failure) -> {
                if (interested.decrementAndGet() == 0) {
                  underWay.cancel(true);
                }
              });
    }
    joint.whenComplete((response, failure) -> finish(key, members, response, failure));
  }

  private void finish(
      JointKey key, List<Member> members, InferenceResponse response, @Nullable Throwable failure) {
    if (failure == null) {
      Optional<JointResponse> answers = JointResponse.of(response, members);
      if (answers.isPresent()) {
        distribute(answers.get(), members);
        return;
      }
    } else if (!isRefusal(Failures.unwrap(failure))) {
      members.forEach(member -> member.answer().completeExceptionally(failure));
      return;
    }
    members.stream()
        .filter(member -> !member.answer().isDone())
        .forEach(member -> sendAlone(member, key.route()));
  }

  private static void distribute(JointResponse answers, List<Member> members) {
    for (Member member : members) {
      place(answers.next(member.rows()), member);
    }
  }

  /** Hands a call its part, which may fill the caller's buffers only while the call is wanted. */
  private static void place(JointResponse.Part part, Member member) {
    try {
      InferenceResponse response;
      synchronized (member.interest()) {
        if (member.interest().isLost()) {
          return;
        }
        response = part.toResponse(member.request());
      }
      member.answer().complete(response);
    } catch (RuntimeException | Error e) {
      member.answer().completeExceptionally(e);
    }
  }

  private void sendAlone(Member member, Route route) {
    CompletableFuture<InferenceResponse> alone;
    try {
      alone = delegate.infer(member.request(), route, member.timeout());
    } catch (RuntimeException | Error e) {
      member.answer().completeExceptionally(e);
      return;
    }
    Futures.cancelWith(member.answer(), alone);
    alone.whenComplete(
        (response, failure) -> {
          if (failure == null) {
            member.answer().complete(response);
          } else {
            member.answer().completeExceptionally(failure);
          }
        });
  }

  /**
   * Whether the server found the request wrong, or failed over it; not where it had no time for it.
   */
  private static boolean isRefusal(Throwable failure) {
    if (!(failure instanceof TransportFailure known)) {
      return false;
    }
    OptionalInt status = known.call().status();
    return status.isPresent()
        && switch (status.getAsInt()) {
          case 408, 429, 502, 503, 504 -> false;
          default -> true;
        };
  }
}
