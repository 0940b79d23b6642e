namespace Esoz.Compositions;

/// <summary>Get configurations metadata (compositions §17).</summary>
public static class GetConfigurationsMetadata
{
    public static readonly MethodCard Card = new("get-configurations-metadata", "Get configurations metadata",
        "GET", "/api/configurations/metadata", Family.IlMis)
    {
        Purpose = "Gets the time of the last change of each kind of configuration",
        Handle = Handle,
        HasPersonalData = false,
        Answer = typeof(IReadOnlyList<ConfigurationMetadata>),
    };

    public static async Task<Reply> Handle(PostgresDatabase database, CancellationToken ct)
    {
        var last = database.Command("SELECT updated_at FROM composition_configurations ORDER BY updated_at DESC LIMIT 1");
        return Reply.Data(await last.ReadValue<DateTime?>(ct) is { } changed
            ? new ConfigurationMetadata[] { new("composition_configurations", changed) } : []);
    }
}
