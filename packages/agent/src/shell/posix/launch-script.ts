// The script that supervises one container. It is sourced in a process that the launcher forks, so a container costs one
// small shell besides its own processes, and that shell survives the agent.
//
// It starts the task in a session of its own, writes down who runs, waits, writes down how it ended, and reports both on
// descriptor 3, each line in one write shorter than PIPE_BUF, so that lines of many containers never mix.
import type { LaunchRequest } from '../containerizer.js';
import { quotedVariable, shellQuote } from './quote.js';

/**
 * The loop that forks supervisors: one line of input, one container. `jobs` reaps those that have ended. When the input
 * ends the agent is gone, and the launcher does what Mesos' executors do then: containers that may not outlive the agent
 * are killed, the others too when no other agent has come within the recovery timeout.
 *
 * Arguments: the directory of the containers, that agent's name for itself, the recovery timeout in seconds. The file
 * `agent` beside the containers holds the name of the agent that was there last.
 */
export const LAUNCHER_SCRIPT = `# Starts the supervisor of each container that is named on standard input. See the agent's README.
while IFS= read -r name; do
  jobs >/dev/null 2>&1
  case $name in '') continue ;; esac
  ( . "$1/$name/launch" ) </dev/null &
done
exec 2>/dev/null 3>&-
start_of() { shift 19; start=$1; }
# Sets kept to the number of containers that run on.
end_containers() {
  kept=0
  for file in "$1"/*/pid "$1"/*/containers/*/pid; do
    dir=\${file%/pid}
    [ ! -e "$dir/status" ] && read -r pid begun own rest <"$file" || continue
    start=
    read -r stat <"/proc/$pid/stat" && start_of \${stat##*) }
    [ "$start" = "$begun" ] || continue
    if [ "$2" = all ] || [ ! -e "$dir/keep" ]; then kill -s KILL -- -$pid; else kept=$((kept + 1)); fi
  done
}
is_last() { last=; read -r last <"$1/../agent"; [ "$last" = "$2" ]; }
is_last "$1" "$2" || exit 0
end_containers "$1" some
left=$3
while [ $kept -gt 0 ] && [ $left -gt 0 ]; do
  step=5
  [ $left -gt $step ] || step=$left
  sleep $step
  left=$((left - step))
  is_last "$1" "$2" || exit 0
done
[ $kept -eq 0 ] || end_containers "$1" all
`;

export interface ScriptOptions {
  /** The container's directory for started, pid and status. */
  directory: string;
  /** env(1) here can set signals back to their defaults. */
  resetsSignals: boolean;
  /** bash is here: it can give a program another name than its file's. */
  hasBash: boolean;
}

/**
 * A shell starts background processes with SIGINT and SIGQUIT ignored, and what is ignored stays so through exec: tasks
 * would not hear Ctrl-C's signal, and could not even trap it in a script.
 */
const RESET_SIGNALS = '--default-signal=INT,QUIT';

export function launchScript(request: LaunchRequest, options: ScriptOptions): string {
  const { directory } = options;
  const { container, sandbox } = request;
  const file = (name: string) => shellQuote(`${directory}/${name}`);
  return `set -C
: >${file('started')} || exit
set +C
(
exec 2>>${shellQuote(`${sandbox}/stderr`)} >>${shellQuote(`${sandbox}/stdout`)} 3>&-
cd ${shellQuote(sandbox)} || exit
exec ${command(request, options)}
) &
pid=$!
exec 2>/dev/null
trap '' PIPE HUP INT TERM
start_of() { shift 19; start=$1; }
start=0
read -r own stat </proc/self/stat && start_of \${stat##*) }
own="$own $start"
start=0
read -r stat </proc/$pid/stat && start_of \${stat##*) }
echo "$pid $start $own" >${file('pid')}
echo "pid ${container} $pid $start $own" >&3
wait $pid
code=$?
kill -s KILL -- -$pid
echo $code >${file('status')}
echo "exit ${container} $code" >&3
`;
}

/** Each step replaces the one before it, so all of this is one process in the end. */
function command({ process, environment, runAs }: LaunchRequest, options: ScriptOptions): string {
  const steps = ['setsid'];
  if (runAs) steps.push(`setpriv --reuid=${runAs.uid} --regid=${runAs.gid} --init-groups`);
  const variables = new Map(environment);
  steps.push('env', '-i', ...(options.resetsSignals ? [RESET_SIGNALS] : []));
  for (const [name, value] of variables) steps.push(quotedVariable(name, value));
  if (process.shell) steps.push('/bin/sh', '-c', shellQuote(process.value));
  else steps.push(...directCommand(process.value, process.arguments, options.hasBash));
  return steps.join(' ');
}

/**
 * The first argument is the program's own name; only bash can set one that differs from the file's. A shell in between
 * loses variables with names that it cannot hold, so there is one only where env(1) would misread the program's name.
 */
function directCommand(value: string, [own = value, ...rest]: readonly string[], hasBash: boolean): string[] {
  const program = shellQuote(value);
  const words = rest.map(shellQuote);
  if (own !== value && hasBash) {
    return ['bash', '-c', shellQuote('name=$1; shift; exec -a "$name" "$0" "$@"'), program, shellQuote(own), ...words];
  }
  return value.includes('=') ? ['/bin/sh', '-c', shellQuote('exec "$0" "$@"'), program, ...words] : [program, ...words];
}
