using Esoz.Platform.Database;

namespace Esoz.LegalEntities;

/// <summary>Maps rows to entities.</summary>
internal static class Rows
{
    /// <summary>At most one row: the licence that is returned with the legal entity.</summary>
    private const string License = """
        LEFT JOIN LATERAL (
          SELECT * FROM licenses
           WHERE licenses.legal_entity_id = legal_entity.id AND is_primary AND is_active
           ORDER BY inserted_at DESC, id DESC
           LIMIT 1
        ) license ON true
        """;

    public static readonly RowMap<LegalEntity> LegalEntity = new RowMap<LegalEntity>("legal_entity") { Joins = License }
        .Nested(legalEntity => legalEntity.License, new RowMap<License>("license"));

    public static readonly RowMap<LegalEntityDetails> LegalEntityDetails =
        new RowMap<LegalEntityDetails>("legal_entity") { Joins = License }
            .Nested(legalEntity => legalEntity.License, new RowMap<License>("license"));

    /// <summary>The legal entity whose id is <c>$1</c>, with any status and <c>is_active</c>; no row when there is none.</summary>
    public static readonly string SelectLegalEntityDetails =
        $"SELECT {LegalEntityDetails.Columns} FROM legal_entities legal_entity {License} WHERE legal_entity.id = $1";
}
