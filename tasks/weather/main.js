async function main(input) {
  const found = await getJson("https://geocoding-api.open-meteo.com/v1/search", { name: input.city, count: "1" });
  const place = found.results?.[0];
  if (place === undefined) throw new DataError(`There is no city named "${input.city}".`);

  const { current } = await getJson("https://api.open-meteo.com/v1/forecast", {
    latitude: String(place.latitude),
    longitude: String(place.longitude),
    current: "temperature_2m,wind_speed_10m",
  });
  return {
    city: place.name,
    country: place.country,
    temperatureCelsius: current.temperature_2m,
    windKilometresPerHour: current.wind_speed_10m,
  };
}

async function getJson(address, query) {
  // With throwHttpErrors in metadata.json, a status other than 2xx throws.
  const response = await fetch(`${address}?${new URLSearchParams(query)}`);
  return await response.json();
}
