#!/usr/bin/env bash
# The scheduler of scheduler.sh in protobuf: every body that curl sends and every event that it reads is binary. Calls
# are written as JSON here and turned into bytes by protobuf.mjs. Usage: scheduler-protobuf.sh [HOST:PORT]
set -eu
master=${1:-127.0.0.1:5050}
url="http://$master/api/v1/scheduler"
convert="node $(dirname "$0")/protobuf.mjs"
folder=$(mktemp -d)
trap 'kill "$subscription" 2>/dev/null || true; rm -rf "$folder"' EXIT

# SUBSCRIBE: the answer is a stream of records, each its length, a newline, and that many bytes of protobuf.
$convert encode mesos.v1.scheduler.Call >"$folder/subscribe" <<<'{
  "type": "SUBSCRIBE",
  "subscribe": {"framework_info": {"user": "'"$(id -un)"'", "name": "curl-protobuf"}}
}'
mkfifo "$folder/events"
curl -sN -X POST "$url" -D "$folder/headers" -H 'Content-Type: application/x-protobuf' \
  -H 'Accept: application/x-protobuf' --data-binary @"$folder/subscribe" >"$folder/events" &
subscription=$!
exec 3<"$folder/events"

# Sets $event to the next record, as JSON.
next_event() {
  local length
  read -r length <&3
  event=$(head -c "$length" <&3 | $convert decode mesos.v1.scheduler.Event)
}

# The first "name":{"value":"…"} of an event.
value_of() { grep -o "\"$1\":{\"value\":\"[^\"]*\"}" <<<"$event" | head -n 1 | cut -d'"' -f6; }
# The first "name":"…" of an event.
text_of() { grep -o "\"$1\":\"[^\"]*\"" <<<"$event" | head -n 1 | cut -d'"' -f4; }

# Every later call names the framework and the stream.
call() {
  $convert encode mesos.v1.scheduler.Call <<<"$1" | curl -sf -X POST "$url" -H "Mesos-Stream-Id: $stream" \
    -H 'Content-Type: application/x-protobuf' --data-binary @-
}

next_event
framework=$(value_of framework_id)
stream=$(grep -i '^mesos-stream-id:' "$folder/headers" | tr -d '\r' | cut -d' ' -f2)
echo "subscribed"

while next_event; do
  case $(text_of type) in
    OFFERS)
      [ -z "${launched:-}" ] || continue
      launched=yes
      agent=$(value_of agent_id)
      offer=$(value_of id)
      call '{
        "framework_id": {"value": "'"$framework"'"}, "type": "ACCEPT",
        "accept": {"offer_ids": [{"value": "'"$offer"'"}], "operations": [{"type": "LAUNCH", "launch": {"task_infos": [{
          "name": "hello", "task_id": {"value": "hello"}, "agent_id": {"value": "'"$agent"'"},
          "command": {"value": "echo hello"},
          "resources": [
            {"name": "cpus", "type": "SCALAR", "scalar": {"value": 0.1}},
            {"name": "mem", "type": "SCALAR", "scalar": {"value": 32}}
          ]
        }]}}]}
      }'
      ;;
    UPDATE)
      state=$(text_of state)
      echo "$state"
      call '{
        "framework_id": {"value": "'"$framework"'"}, "type": "ACKNOWLEDGE",
        "acknowledge": {"agent_id": {"value": "'"$agent"'"}, "task_id": {"value": "hello"}, "uuid": "'"$(text_of uuid)"'"}
      }'
      case $state in
        TASK_FINISHED | TASK_FAILED | TASK_ERROR | TASK_LOST) break ;;
      esac
      ;;
    ERROR)
      echo "error: $(text_of message)" >&2
      exit 1
      ;;
  esac
done

call '{"framework_id": {"value": "'"$framework"'"}, "type": "TEARDOWN"}'
echo "torn down"
