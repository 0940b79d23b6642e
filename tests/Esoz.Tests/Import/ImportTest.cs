using Esoz.Platform.Database;

namespace Esoz.Tests.Import;

/// <summary>A fresh database and a directory for files, for each test.</summary>
public abstract class ImportTest(TestCluster cluster) : IAsyncLifetime
{
    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected string Folder { get; } = Directory.CreateTempSubdirectory("esoz-import-").FullName;

    protected PostgresDatabase Database { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Database = new(await cluster.CreateDatabase());

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>First column of the first row.</summary>
    protected async Task<T> Scalar<T>(string sql)
    {
        await using var command = Database.Command(sql);
        return (T)(await command.ExecuteScalarAsync(Ct))!;
    }
}
