using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Esoz.Tests.Processes;

/// <summary>The program in its own process, as an operator runs it: started, interrupted, killed.</summary>
public sealed partial class ServerProcess : IDisposable
{
    public const int Interrupt = 2;
    public const int Terminate = 15;
    public const int Continue = 18;

    private const int Stop = 19;

    /// <summary>
    /// Becomes the program, with SIGINT not ignored: a shell ignores it for what it starts in the background, and children inherit that.
    /// </summary>
    private const string WithInterrupt =
        "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execv(sys.argv[1], sys.argv[1:])";

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();
    private readonly TaskCompletionSource<Uri> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Keep(_output, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(_errors, line.Data);
        process.Exited += (_, _) =>
            _ready.TrySetException(new InvalidOperationException($"The program ended with {process.ExitCode}:\n{Errors}"));
    }

    /// <summary>URL of the server.</summary>
    public Uri Url => _ready.Task.Result;

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Standard output so far.</summary>
    public string Output => Read(_output);

    /// <summary>Standard error so far.</summary>
    public string Errors => Read(_errors);

    /// <summary>Starts <c>esoz serve</c> on a free port and waits until it is ready.</summary>
    public static Task<ServerProcess> Serve(IReadOnlyDictionary<string, string> settings, params string[] arguments) =>
        Serve(Path.Combine(AppContext.BaseDirectory, "esoz"), settings, arguments);

    /// <summary>The same with another build of the program.</summary>
    public static async Task<ServerProcess> Serve(string program, IReadOnlyDictionary<string, string> settings, params string[] arguments)
    {
        var start = new ProcessStartInfo(
            "python3", ["-ISc", WithInterrupt, program, "serve", "--urls", "http://127.0.0.1:0", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        var server = new ServerProcess(new Process { StartInfo = start, EnableRaisingEvents = true });
        server._process.Start();
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        await Eventually.Ends(server._ready.Task);
        return server;
    }

    /// <summary>kill -9.</summary>
    public async Task Kill()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGSTOP; returns when no thread of the process runs any more.</summary>
    public async Task Freeze()
    {
        Signal(Stop);
        await Eventually.Holds(() => Directory.EnumerateDirectories($"/proc/{Id}/task")
            .Select(thread => File.ReadAllText(Path.Combine(thread, "stat"))).All(stat => stat[stat.LastIndexOf(')') + 2] == 'T'));
    }

    /// <summary>Sends a signal without waiting for its effect.</summary>
    public void Signal(int signal) => _ = SendSignal(_process.Id, signal);

    /// <summary>Waits for the exit and returns the exit code.</summary>
    public async Task<int> Exit()
    {
        await Eventually.Ends(_process.WaitForExitAsync());
        return _process.ExitCode;
    }

    /// <summary>Waits for the exit and asserts that the exit code is 0.</summary>
    public async Task EndsWell() => Assert.True(await Exit() == 0, Errors);

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }

    private void Keep(StringBuilder text, string? line)
    {
        if (line is null)
            return;
        lock (text)
            text.AppendLine(line);
        const string announcement = " s on ";
        if (line.StartsWith("Ready in ", StringComparison.Ordinal))
        {
            var url = line[(line.IndexOf(announcement, StringComparison.Ordinal) + announcement.Length)..];
            _ready.TrySetResult(new Uri(url[..url.IndexOfAny([' ', ','])].TrimEnd('.')));
        }
    }

    private static string Read(StringBuilder text)
    {
        lock (text)
            return text.ToString();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int pid, int signal);
}
