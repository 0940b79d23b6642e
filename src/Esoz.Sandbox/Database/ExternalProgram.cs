using System.ComponentModel;
using System.Diagnostics;

namespace Esoz.Sandbox.Database;

/// <summary>Runs a program until it exits and returns its output; a failure becomes an exception with the program's output.</summary>
internal static class ExternalProgram
{
    /// <exception cref="LocalClusterException">The program is missing or exited with a code other than 0.</exception>
    public static async Task<string> Run(ProcessStartInfo start, string input, CancellationToken ct)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        ForgetCallersPostgresSettings(start.Environment);

        using var process = Start(start);
        var output = process.StandardOutput.ReadToEndAsync(ct);
        var errors = process.StandardError.ReadToEndAsync(ct);
        try
        {
            await Write(process.StandardInput, input, ct);
            await process.WaitForExitAsync(ct);
            if (process.ExitCode == 0)
                return await output;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        throw new LocalClusterException(
            $"{start.FileName} {string.Join(' ', start.ArgumentList)} ended with code {process.ExitCode}: {await errors}{await output}".TrimEnd());
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new LocalClusterException($"{start.FileName} could not be started: {e.Message}", e);
        }
    }

    private static async Task Write(StreamWriter standardInput, string input, CancellationToken ct)
    {
        try
        {
            await standardInput.WriteAsync(input.AsMemory(), ct);
            standardInput.Close();
        }
        catch (IOException)
        {
            // The program exited without reading: its exit code and its output are more useful than the broken pipe.
        }
    }

    /// <summary>PGDATA, PGOPTIONS and the like would direct our programs to another server; messages must be in one language.</summary>
    private static void ForgetCallersPostgresSettings(IDictionary<string, string?> environment)
    {
        foreach (var name in environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal)).ToList())
            environment.Remove(name);
        environment["LC_ALL"] = "C";
    }
}
