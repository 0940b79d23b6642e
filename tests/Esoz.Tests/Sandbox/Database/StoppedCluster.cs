using System.Diagnostics;

namespace Esoz.Tests.Sandbox.Database;

/// <summary>A cluster created once and stopped; every test gets a copy, which is ten times faster than another initdb.</summary>
public sealed class StoppedCluster : IAsyncLifetime
{
    private readonly string _root = Directory.CreateTempSubdirectory("esoz-cluster-").FullName;

    private string Data => Path.Combine(_root, "var");

    public async ValueTask InitializeAsync() => await (await ClusterUse.Open(Data)).DisposeAsync();

    public void CopyTo(string data)
    {
        using var copy = Process.Start("cp", ["-a", Data, data]);
        copy.WaitForExit();
        Assert.Equal(0, copy.ExitCode);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_root, recursive: true);
        return ValueTask.CompletedTask;
    }
}
