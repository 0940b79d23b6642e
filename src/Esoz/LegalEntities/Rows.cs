using System.Text.Json;

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

    /// <summary>At most one row: the oldest connection of the client that acts for the legal entity.</summary>
    private const string Connection = """
        LEFT JOIN LATERAL (
          SELECT redirect_uri, consumer_id FROM connections
           WHERE connections.client_id = legal_entity.id
           ORDER BY inserted_at, id
           LIMIT 1
        ) connection ON true
        """;

    private static readonly string Phones = StoredJson.WithoutNulls("legal_entity.phones");

    private static readonly string Accreditation = StoredJson.Object(
        "legal_entity.accreditation", "category", "issued_date", "expiry_date", "order_no", "order_date");

    private static readonly string PublicOffer = StoredJson.Object("legal_entity.public_offer", "consent_text", "consent");

    public static readonly RowMap<LegalEntity> LegalEntity = new RowMap<LegalEntity>("legal_entity") { Joins = License }
        .Column(legalEntity => legalEntity.Edr, LegalEntityEdr.Sql)
        .Column(legalEntity => legalEntity.Phones, Phones)
        .Column(legalEntity => legalEntity.Accreditation, Accreditation)
        .Column(legalEntity => legalEntity.PublicOffer, PublicOffer)
        .Nested(legalEntity => legalEntity.License, new RowMap<License>("license"));

    public static readonly RowMap<LegalEntityDetails> LegalEntityDetails =
        new RowMap<LegalEntityDetails>("legal_entity") { Joins = License }
            .Column(legalEntity => legalEntity.Edr, LegalEntityEdr.Sql)
            .Column(legalEntity => legalEntity.Phones, Phones)
            .Column(legalEntity => legalEntity.Accreditation, Accreditation)
            .Column(legalEntity => legalEntity.PublicOffer, PublicOffer)
            .Nested(legalEntity => legalEntity.License, new RowMap<License>("license"));

    /// <summary>The legal entity whose id is <c>$1</c>, with any status and <c>is_active</c>; no row when there is none.</summary>
    public static readonly string SelectLegalEntityDetails =
        $"SELECT {LegalEntityDetails.Columns} FROM legal_entities legal_entity {License} WHERE legal_entity.id = $1";

    private static readonly RowMap<License> Held = new("held");

    private static readonly string ActiveLicenses = $"""
        (SELECT coalesce(json_agg((SELECT row_to_json(license) FROM (SELECT {Held.Columns}) license) ORDER BY held.inserted_at, held.id), '[]')
           FROM licenses held
          WHERE held.legal_entity_id = legal_entity.id AND held.is_active)
        """;

    public static readonly RowMap<LegalEntityV1> LegalEntityV1 = new RowMap<LegalEntityV1>("legal_entity")
        .Column(legalEntity => legalEntity.Name, "coalesce(legal_entity.name, legal_entity.edr ->> 'name')")
        .Column(legalEntity => legalEntity.Kveds, "coalesce(legal_entity.kveds, '[]')")
        .Column(legalEntity => legalEntity.Phones, Phones)
        .Nested(legalEntity => legalEntity.MedicalServiceProvider, new RowMap<MedicalServiceProvider>("legal_entity")
            .Column(provider => provider.Licenses, ActiveLicenses,
                list => JsonSerializer.Deserialize<License[]>(list.Utf8.Span, IlDialect.Json)!)
            .Column(provider => provider.Accreditation, Accreditation))
        .Nested(legalEntity => legalEntity.Security, new RowMap<LegalEntitySecurity>("connection"))
        .Column(legalEntity => legalEntity.CreatedByMisClientId, "connection.consumer_id");

    /// <summary>As <see cref="SelectLegalEntityDetails"/>.</summary>
    public static readonly string SelectLegalEntityV1 =
        $"SELECT {LegalEntityV1.Columns} FROM legal_entities legal_entity {Connection} WHERE legal_entity.id = $1";
}
