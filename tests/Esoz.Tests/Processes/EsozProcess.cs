using System.Diagnostics;

namespace Esoz.Tests.Processes;

/// <summary>Runs a command of the program in its own process until it exits.</summary>
public static class EsozProcess
{
    /// <summary>A signing key that production accepts.</summary>
    public const string SigningKey = "5b0e7d1f9a3c48e6b2f4d07c81a95e3360fd2b7a94ce1865d3702bf8496eac1d";

    /// <summary>Settings of a production registry.</summary>
    public static Dictionary<string, string> Production(string database, string dataDirectory) => new()
    {
        ["ESOZ_MODE"] = "production",
        ["ESOZ_DATABASE"] = database,
        ["ESOZ_DATA_DIR"] = dataDirectory,
        ["MEDIA_STORAGE_SIGNING_KEY"] = SigningKey,
    };

    /// <param name="input">Standard input of the command.</param>
    /// <param name="program">Null = the one next to the tests.</param>
    public static async Task<(int Exit, string Output, string Errors)> Run(
        IReadOnlyDictionary<string, string> settings, string[] arguments, string input = "", string? program = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        var ct = limit.Token;
        var start = new ProcessStartInfo(program ?? Path.Combine(AppContext.BaseDirectory, "esoz"), arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(ct);
        var output = process.StandardOutput.ReadToEndAsync(ct);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        try
        {
            await process.WaitForExitAsync(ct);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
        return (process.ExitCode, await output, await errors);
    }
}
