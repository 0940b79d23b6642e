using System.Diagnostics;

namespace Esoz.Tests;

/// <summary>
/// A third-party program with which tests access the server or the store; if it is not installed, the calling test is skipped.
/// </summary>
public sealed class ForeignClient(string program, params (string Name, string Value)[] environment)
{
    /// <summary>Runs it until it exits.</summary>
    public async Task<(int Exit, string Output, string Errors)> Run(params string[] arguments)
    {
        var ct = TestContext.Current.CancellationToken;
        Assert.SkipUnless((Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Any(folder => File.Exists(Path.Combine(folder, program))), $"needs {program}");
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        // The developer's own store settings must not apply to these.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("AWS_", StringComparison.Ordinal)
            || name.StartsWith("RCLONE_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in environment.Append(("LC_ALL", "C.UTF-8")))
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(ct);
        var output = await process.StandardOutput.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        return (process.ExitCode, output, await errors);
    }

    /// <summary>Runs it until it exits, and requires success.</summary>
    public async Task<string> Succeeds(params string[] arguments)
    {
        var (exit, output, errors) = await Run(arguments);
        Assert.True(exit == 0, $"{program} {string.Join(' ', arguments)} ended with {exit}: {errors}{output}");
        return output;
    }
}
