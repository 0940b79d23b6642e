using System.ComponentModel;
using System.Diagnostics;
using Esoz.Tests.Guards;

namespace Esoz.Tests.Processes;

/// <summary>The program as an operator publishes it, without the sandbox: built once, in separate directories.</summary>
public sealed class ProductionBuild : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("esoz-production-").FullName;

    /// <summary>Directory of the published program.</summary>
    public string Published => Path.Combine(_directory, "published");

    public string Program => Path.Combine(Published, "esoz");

    public async ValueTask InitializeAsync()
    {
        // Omits what slows down the build and does not affect the program.
        string[] arguments =
        [
            "publish", SourceTree.PathOf("src/Esoz.Cli"), "--configuration", "Release", "--artifacts-path",
            Path.Combine(_directory, "artifacts"), "--output", Published,
            "-nodeReuse:false", "-p:EsozSandbox=false", "-p:RestoreLockedMode=true", "-p:NuGetAudit=false", "-p:RunAnalyzers=false",
            "-p:GenerateDocumentationFile=false",
            "-p:EsozSbom=false", "-p:UseSharedCompilation=false",
        ];
        try
        {
            using var publish = Process.Start(new ProcessStartInfo("dotnet", arguments)
            {
                WorkingDirectory = SourceTree.Root,
                RedirectStandardOutput = true
            })!;
            var output = await publish.StandardOutput.ReadToEndAsync();
            await publish.WaitForExitAsync();
            Assert.True(publish.ExitCode == 0, output);
        }
        catch (Win32Exception)
        {
            Assert.Skip("The .NET SDK is not in PATH.");
        }
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_directory, recursive: true);
        return ValueTask.CompletedTask;
    }
}
